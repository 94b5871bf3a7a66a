#include "caseio/read_case.hpp"

#include "caseio/apply_changes.hpp"
#include "caseio/number.hpp"
#include "caseio/profiles.hpp"
#include "grid/calendar.hpp"
#include "grid/service.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

namespace longyang::caseio {
namespace {

std::string expected_words(const Column& column) {
    switch (column.kind) {
    case Kind::number:
    case Kind::integer:
        return number_words(column.kind == Kind::integer, column.low, column.high, column.unit);
    case Kind::choice: {
        std::vector<std::string> choices = column.choices;
        std::erase(choices, "");
        return fmt::format("one of {}", fmt::join(choices, ", "));
    }
    case Kind::reference:
        return fmt::format("the name of a row in {}.csv", column.target);
    case Kind::profile:
        return "the name of a profile (a column of a file that case.toml lists under profiles)";
    case Kind::text:
        break;
    }
    return "a text";
}

/// Columns that a table may have, by name: its own, then the common ones.
std::vector<std::string> column_names(const Table& table) {
    std::vector<std::string> names;
    for (const Column& column : table.columns) {
        names.push_back(column.name);
    }
    for (const Column& column : common_columns()) {
        if (column.name != "name" || table.named) {
            names.push_back(column.name);
        }
    }
    return names;
}

void match_header(TableText& text, std::vector<Fault>& faults) {
    const std::vector<std::string> valid = column_names(*text.table);
    const int line = text.csv.rows[0].line;
    std::map<std::string, std::size_t> place;
    for (std::size_t c = 0; c < text.csv.rows[0].count; ++c) {
        const std::string name(text.csv.cell(0, c));
        if (name.empty()) {
            faults.push_back({text.file, line, fmt::format("number {}", c + 1),
                              "no name in the header", "a column's name", ""});
        } else if (std::find(valid.begin(), valid.end(), name) == valid.end()) {
            faults.push_back({text.file, line, name, "an unknown column",
                              "a column that `longyang check --explain` lists",
                              nearest_name(name, valid)});
        } else if (!place.emplace(name, c).second) {
            faults.push_back({text.file, line, name, "the column twice", "once", ""});
        }
    }
    const auto find = [&](const Column& column, bool required) {
        const auto found = place.find(column.name);
        if (found != place.end()) {
            return found->second;
        }
        if (required) {
            faults.push_back({text.file, line, column.name, "no such column",
                              fmt::format("one ({})", column.meaning), ""});
        }
        return absent;
    };
    for (const Column& column : text.table->columns) {
        text.own.push_back(find(column, !column.fallback));
    }
    for (const Column& column : common_columns()) {
        text.common.push_back(find(column, column.name == "name" && text.table->named));
    }
}

/// Rows with data: those with nothing but empty cells are left out. Those with another number of
/// cells than the header are faults, and nothing but their name is read.
void take_body(TableText& text, std::vector<Fault>& faults) {
    const std::size_t columns = text.csv.rows[0].count;
    for (std::size_t r = 1; r < text.csv.rows.size(); ++r) {
        const CsvText::Row& row = text.csv.rows[r];
        bool empty = true;
        for (std::size_t c = 0; c < row.count && empty; ++c) {
            empty = text.csv.cell(r, c).empty();
        }
        if (empty) {
            continue;
        }
        if (row.count != columns) {
            faults.push_back({text.file, row.line, "", fmt::format("{} cells", row.count),
                              fmt::format("{}, as in the header", columns), ""});
        }
        text.body.push_back(r);
    }
}

/// Breaks a line of a table or of a text, or does not show in it. (A byte 0 is told already.)
bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte > 0 && byte < 0x20) || byte == 0x7F;
}

void take_names(TableText& text, std::vector<Fault>& faults) {
    const std::size_t column = text.common.front(); // common_columns() starts with name
    for (std::size_t i = 0; i < text.body.size(); ++i) {
        const std::size_t r = text.body[i];
        const int line = text.csv.rows[r].line;
        std::string name;
        if (text.table->named && column < text.csv.rows[r].count) { // `absent` is larger
            name = text.csv.cell(r, column);
            if (name.empty()) {
                faults.push_back({text.file, line, "name", "nothing", "a name", ""});
            } else if (std::any_of(name.begin(), name.end(), is_control)) {
                faults.push_back({text.file, line, "name", in_quotes(name),
                                  "a name on one line, without tabs", ""});
            } else {
                const auto [first, fresh] = text.index.emplace(name, static_cast<int>(i));
                if (!fresh) {
                    const auto before = static_cast<std::size_t>(first->second);
                    faults.push_back({text.file, line, "name", in_quotes(name),
                                      fmt::format("a name that no other row has (line {} has it)",
                                                  text.csv.rows[text.body[before]].line),
                                      ""});
                }
            }
        }
        text.names.push_back(std::move(name));
    }
}

/// The table's file, empty (without rows) where there is none.
TableText read_table(const Table& table, const CaseFiles& files, std::vector<Fault>& faults) {
    TableText text;
    text.table = &table;
    text.file = table.name + ".csv";
    const CaseFile* file = files.find_nearest(text.file);
    if (file == nullptr) {
        if (table.required) {
            faults.push_back({text.file, 0, "", "no such file", "this table in every case", ""});
        }
        return text;
    }
    text.file = file->name;
    text.csv = cut_csv(file->bytes);
    if (!text.csv.problem.empty()) {
        faults.push_back(
            {text.file, text.csv.problem_line, text.csv.problem_column, text.csv.problem, "", ""});
        text.unread = true;
        if (text.csv.rows.empty()) {
            return text;
        }
    }
    if (text.csv.rows.empty()) {
        faults.push_back({text.file, 0, "", "an empty file", "a header with column names", ""});
        text.unread = true;
        return text;
    }
    match_header(text, faults);
    text.unread = text.unread || (table.named && text.common.front() == absent);
    take_body(text, faults);
    return text;
}

/// The tables of a case as texts, changed as it was asked for.
std::vector<TableText> read_tables(const CaseFiles& files, const std::vector<Change>& changes,
                                   LoadedCase& loaded) {
    std::vector<TableText> texts;
    for (const Table& table : tables()) {
        texts.push_back(read_table(table, files, loaded.faults));
    }
    loaded.changes = apply_changes(texts, loaded.system.info, changes, loaded.faults);
    for (TableText& text : texts) {
        if (text.common.empty()) {
            continue; // no file, or none that could be read
        }
        take_names(text, loaded.faults);
        if (text.table->required && text.body.empty()) {
            loaded.faults.push_back({text.file, 0, "", "no rows", "at least one", ""});
        }
        const std::string plain = text.table->name + ".csv";
        if (text.file != plain) {
            loaded.file_of_table.emplace(plain, text.file);
        }
        for (const auto& [row, by] : text.changed_by) {
            loaded.changed_by.emplace(std::pair(text.file, text.csv.rows[row].line), by);
        }
    }
    return texts;
}

/// What cells refer to.
struct Names {
    std::map<std::string, const TableText*> tables;
    std::vector<std::string> profiles;
    Index profile_index;
    bool all_profiles = true; ///< false: a profile file could not be read, names are missing
};

/// What stands for a cell that could not be read; see LoadedCase.
Value placeholder(const Column& column) {
    switch (column.kind) {
    case Kind::number:
        return {"", std::numeric_limits<double>::quiet_NaN()};
    case Kind::integer:
        return {"", column.high};
    case Kind::reference:
    case Kind::profile:
        return {"", -1.0};
    case Kind::choice:
        return {column.choices.front(), 0.0};
    case Kind::text:
        break;
    }
    return {};
}

/// The cell's value; none where it does not fit, with the nearest valid text.
std::optional<Value> parse_cell(const Column& column, std::string_view cell, const Names& names,
                                std::string& nearest) {
    const auto look_up = [&](const Index& index,
                             std::span<const std::string> valid) -> std::optional<Value> {
        if (cell.empty() && column.fallback) {
            return Value{"", -1.0};
        }
        const auto found = index.find(std::string(cell));
        if (found != index.end()) {
            return Value{"", static_cast<double>(found->second)};
        }
        nearest = nearest_name(cell, valid);
        return std::nullopt;
    };
    switch (column.kind) {
    case Kind::number:
    case Kind::integer: {
        const auto number =
            number_within(cell, column.kind == Kind::integer, column.low, column.high);
        return number ? std::optional(Value{"", *number}) : std::nullopt;
    }
    case Kind::choice:
        if (std::find(column.choices.begin(), column.choices.end(), cell) == column.choices.end()) {
            nearest = nearest_name(cell, column.choices);
            return std::nullopt;
        }
        return Value{std::string(cell), 0.0};
    case Kind::reference: {
        const TableText& target = *names.tables.at(column.target);
        return look_up(target.index, target.names);
    }
    case Kind::profile:
        return look_up(names.profile_index, names.profiles);
    case Kind::text:
        break;
    }
    if (cell.empty() && !column.fallback) {
        return std::nullopt;
    }
    return Value{std::string(cell), 0.0};
}

/// "; 2030-03-01 begins with hour 1416" where a date stands in place of an hour of the year.
std::string hour_words(const Column& column, std::string_view cell, int year) {
    const bool of_hours = column.name == "from_hour" || column.name == "to_hour";
    const int hour = of_hours ? grid::hour_of_date(cell, year) : -1;
    return hour < 0 ? "" : fmt::format("; {} begins with hour {}", cell, hour);
}

/// Appends one column of a table to the system.
void fill_column(LoadedCase& loaded, const TableText& text, std::size_t c, const Names& names) {
    const Column& column = text.table->columns[c];
    std::size_t filled = 0;
    for (const std::size_t r : text.body) {
        if (text.uneven(r) || (text.own[c] == absent && !column.fallback)) {
            column.append(loaded.system, placeholder(column)); // told already
            continue;
        }
        std::string_view cell = text.cell(r, c);
        if (cell.empty() && column.fallback) {
            cell = *column.fallback;
            ++filled;
        }
        std::string nearest;
        const auto value = parse_cell(column, cell, names, nearest);
        const bool missing =
            (column.kind == Kind::profile && !names.all_profiles) ||
            (column.kind == Kind::reference && names.tables.at(column.target)->unread);
        const bool unknown = missing && !cell.empty(); // may stand in a file that is told already
        if (!value && !unknown) {
            loaded.faults.push_back(
                {text.file, text.csv.rows[r].line, column.name,
                 cell.empty() ? "nothing" : in_quotes(cell),
                 expected_words(column) + hour_words(column, cell, loaded.system.info.year),
                 nearest});
        }
        column.append(loaded.system, value ? *value : placeholder(column));
    }
    // An empty text is no default worth telling; an empty reference or profile means something.
    if (filled > 0 && !(column.kind == Kind::text && column.fallback->empty())) {
        loaded.defaults.push_back({text.table->name, column.name, filled, *column.fallback});
    }
}

void fill_common(LoadedCase& loaded, const TableText& text) {
    grid::Rows& rows = text.table->rows(loaded.system);
    rows.name = text.names;
    const std::span<const Column> columns = common_columns();
    for (const std::size_t r : text.body) {
        rows.line.push_back(text.csv.rows[r].line);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const std::size_t place = text.common[c];
            const std::string_view cell =
                place == absent || text.uneven(r) ? std::string_view() : text.csv.cell(r, place);
            if (columns[c].name == "source") {
                rows.source.emplace_back(cell);
            } else if (columns[c].name == "note") {
                rows.note.emplace_back(cell);
            } else if (columns[c].name == "quality") {
                const auto& valid = columns[c].choices;
                if (std::find(valid.begin(), valid.end(), cell) == valid.end()) {
                    loaded.faults.push_back({text.file, rows.line.back(), columns[c].name,
                                             in_quotes(cell), expected_words(columns[c]),
                                             nearest_name(cell, valid)});
                }
                rows.quality.emplace_back(cell);
            }
        }
    }
}

/// CSV files of the folder that are neither a table nor a profile file.
void find_strangers(LoadedCase& loaded, const CaseFiles& files, const CaseToml& toml) {
    std::vector<std::string> valid;
    for (const Table& table : tables()) {
        valid.push_back(table.name + ".csv");
    }
    for (const CaseFile& file : files.files) {
        const std::string of_base = in_base(files, file.name);
        const auto is = [&](const std::string& name) {
            return name == file.name || name == of_base;
        };
        const bool may_be_profiles = !toml.readable;
        if (!is("case.toml") && !may_be_profiles && std::none_of(valid.begin(), valid.end(), is) &&
            std::none_of(toml.profile_files.begin(), toml.profile_files.end(), is)) {
            loaded.faults.push_back({file.name, 0, "", "an unknown table",
                                     "a table that `longyang check --explain` lists, or a file "
                                     "that case.toml lists under profiles",
                                     nearest_name(file.name, valid)});
        }
    }
}

void collect_uses(std::vector<ProfileUse>& uses, const TableText& text, std::size_t c,
                  const Names& names) {
    const Column& column = text.table->columns[c];
    if (column.kind != Kind::profile) {
        return;
    }
    for (const std::size_t r : text.body) {
        if (text.uneven(r)) {
            continue;
        }
        const auto found = names.profile_index.find(std::string(text.cell(r, c)));
        if (found != names.profile_index.end()) {
            uses.push_back({found->second, column.low, column.high, column.unit,
                            fmt::format("{}, column {}", text.file, column.name)});
        }
    }
}

} // namespace

LoadedCase parse_case(const CaseFiles& files, const std::vector<Change>& changes) {
    LoadedCase loaded;
    CaseToml toml = parse_case_toml(toml_texts(files));
    toml.changes.insert(toml.changes.end(), changes.begin(), changes.end());
    loaded.system.info = toml.info;
    loaded.system.info.folder = files.folder;
    loaded.system.info.hash = hash_of(files, changes);
    loaded.run = std::move(toml.run);
    loaded.faults = toml.faults;
    for (const CaseKey& key : case_keys()) {
        if (std::find(toml.filled_in.begin(), toml.filled_in.end(), key.name) !=
            toml.filled_in.end()) {
            loaded.defaults.push_back({"case.toml", key.name, 1, *key.fallback});
        }
    }

    for (const SecurityKey& item : security_keys()) {
        if (std::find(toml.security_filled_in.begin(), toml.security_filled_in.end(),
                      item.key.name) != toml.security_filled_in.end()) {
            loaded.defaults.push_back(
                {"case.toml", "security." + item.key.name, 1, *item.key.fallback});
        }
    }

    ProfileRead read = read_profiles(files, toml);
    const std::vector<TableText> texts = read_tables(files, toml.changes, loaded);

    // References look into any table, so all names must be known first.
    Names names;
    for (const TableText& text : texts) {
        names.tables[text.table->name] = &text;
    }
    names.all_profiles = read.all_files;
    names.profiles = read.profiles.name;
    for (std::size_t p = 0; p < names.profiles.size(); ++p) {
        names.profile_index.emplace(names.profiles[p], static_cast<int>(p));
    }
    loaded.unread = !read.all_files || std::any_of(texts.begin(), texts.end(),
                                                   [](const TableText& t) { return t.unread; });
    std::vector<ProfileUse> uses;
    for (const TableText& text : texts) {
        if (text.body.empty()) {
            continue;
        }
        for (std::size_t c = 0; c < text.own.size(); ++c) {
            fill_column(loaded, text, c, names);
            collect_uses(uses, text, c, names);
        }
        fill_common(loaded, text);
    }
    const auto ranges = check_profile_ranges(read, std::move(uses));
    loaded.faults.insert(loaded.faults.end(), read.faults.begin(), read.faults.end());
    loaded.faults.insert(loaded.faults.end(), ranges.begin(), ranges.end());
    find_strangers(loaded, files, toml);
    loaded.system.profiles = std::move(read.profiles);
    grid::apply_service(loaded.system); // SV-2
    return loaded;
}

} // namespace longyang::caseio
