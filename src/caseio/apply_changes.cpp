#include "caseio/apply_changes.hpp"

#include "caseio/case_toml.hpp"
#include "caseio/number.hpp"
#include "caseio/size_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace longyang::caseio {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// A column that holds names of rows of a table which another column of the row tells.
struct NamedElsewhere {
    const char* table;
    const char* table_column;
    const char* name_column;
};
constexpr NamedElsewhere named_elsewhere[] = {
    {"machines", "plant_table", "plant"}, {"contingency_actions", "plant_table", "plant"},
    {"contracts", "kind", "of"},          {"dispatch", "table", "name"},
    {"service", "table", "plant"},
};

/// The table that such a column's word stands for: contracts say section for sections.
std::string_view table_of_word(std::string_view word) {
    return word == "section" ? std::string_view("sections") : word;
}

/// Tables whose rows a change may call by their name alone, without the table's.
constexpr std::array<std::string_view, 11> tables_of_resources = {
    "hvdc",     "dc_links", "thermal",        "renewables", "hydro",      "pumps",
    "storages", "loads",    "flexible_loads", "branches",   "connections"};

/// A row that names a row of such a table stays without it, unbound.
constexpr std::string_view table_of_bonds = "connections";

/// Tables whose rows are limits alone: of size 0 they let nothing through, without them all passes.
constexpr std::array<std::string_view, 2> tables_of_limits = {"connections", "sections"};

/// Rows of `of_table` that are nothing without a row of `table` that names them in `column`: a
/// power block is no plant without its heat, nor a heat store without power blocks, nor a section
/// without branches.
struct NothingWithout {
    const char* table;
    const char* column;
    const char* of_table;
};
constexpr NothingWithout nothing_without[] = {
    {"power_blocks", "plant", "thermal"},
    {"power_blocks", "store", "storages"},
    {"section_branches", "section", "sections"},
};

/// Rows of one table.
struct Selection {
    TableText* text = nullptr;
    std::vector<std::size_t> rows; ///< of the file
};

/// A table that a change means, with all filters of its rows.
struct Subject {
    TableText* text = nullptr;
    std::vector<Filter> filters;
};

/// One change at work.
class Worker {
public:
    Worker(std::vector<TableText>& texts, const Change& change, std::vector<Fault>& faults)
        : texts_(texts), change_(change), parsed_(parse_change(change)), faults_(faults) {}

    AppliedChange apply(grid::CaseInfo& info) {
        applied_ = {change_};
        applied_.rows = work(info);
        return applied_;
    }

private:
    /// Rows that were changed or left out.
    std::size_t work(grid::CaseInfo& info) {
        if (!parsed_.problem.empty()) {
            tell(in_quotes(change_.text), parsed_.problem);
            return 0;
        }
        if (parsed_.subject == "case" && !change_.leave_out) {
            return set_case(info);
        }
        std::vector<Subject> subjects = find_subjects();
        if (subjects.size() > 1) {
            keep_those_meant(subjects);
        }
        std::size_t rows = 0;
        for (const Subject& subject : subjects) {
            // Rows of a later table may have gone along with those of an earlier one.
            if (rows == 0 || !rows_of(subject).empty()) {
                rows += work(subject);
            }
        }
        return rows;
    }

    void tell(const std::string& found, const std::string& expected,
              const std::string& nearest = "") {
        faults_.push_back({change_.file, change_.line,
                           change_.line == 0 ? "" : (change_.leave_out ? "without" : "set"), found,
                           expected, nearest});
    }

    TableText* table(std::string_view name) {
        const auto found = std::find_if(texts_.begin(), texts_.end(), [&](const TableText& text) {
            return text.table->name == name;
        });
        return found == texts_.end() ? nullptr : &*found;
    }

    /// The change's filters and one more.
    [[nodiscard]] std::vector<Filter> filters_with(const Filter& more) const {
        std::vector<Filter> filters = parsed_.filters;
        filters.push_back(more);
        return filters;
    }

    /// The subject's tables, mostly one; the filter that it stands for goes to the others.
    std::vector<Subject> find_subjects() {
        const std::string& subject = parsed_.subject;
        if (TableText* found = table(subject); found != nullptr) {
            return {{found, parsed_.filters}};
        }
        std::vector<Subject> of_class;
        for (const RowClass& row_class : row_classes()) {
            if (row_class.name == subject) {
                of_class.push_back({table(row_class.table), filters_with(row_class.filter)});
            }
        }
        if (!of_class.empty()) {
            return of_class;
        }
        if (std::vector<Subject> of_word = subjects_with(subject); !of_word.empty()) {
            return of_word;
        }
        for (const std::string_view name : tables_of_resources) {
            TableText& text = *table(name);
            if (std::any_of(text.body.begin(), text.body.end(),
                            [&](std::size_t r) { return text.name(r) == subject; })) {
                return {{&text, filters_with({"name", {subject}})}};
            }
        }
        tell(in_quotes(subject),
             "a table, a class such as coal, batteries or csp, or the name of a row",
             nearest_name(subject, subjects()));
        return {};
    }

    /// Of a class or a word over several tables those that have such rows, and such a column where
    /// that is set; the first one where none has.
    void keep_those_meant(std::vector<Subject>& subjects) {
        const Subject first = subjects.front();
        std::erase_if(subjects, [&](const Subject& subject) {
            const bool has_column = change_.leave_out || parsed_.column == "capacity" ||
                                    subject.text->column(parsed_.column) != absent;
            return !has_column || rows_of(subject).empty();
        });
        if (subjects.empty()) {
            subjects.push_back(first);
        }
    }

    std::size_t work(const Subject& subject) {
        const std::optional<Selection> selected = select(subject);
        if (!selected) {
            return 0;
        }
        if (selected->rows.empty()) {
            tell_no_row(subject);
            return 0;
        }
        if (change_.leave_out) {
            leave_out(*selected->text, selected->rows);
        } else if (parsed_.column == "capacity" && selected->text->column("capacity") == absent) {
            return scale(*selected);
        } else {
            return set(*selected);
        }
        return selected->rows.size();
    }

    /// All tables in which a word stands in a column `technology` or `kind`.
    std::vector<Subject> subjects_with(const std::string& word) {
        std::vector<Subject> found;
        for (const char* column : {"technology", "kind"}) {
            for (TableText& text : texts_) {
                const std::size_t c = text.column(column);
                if (c != absent &&
                    std::any_of(text.body.begin(), text.body.end(),
                                [&](std::size_t r) { return text.value(r, c) == word; })) {
                    found.push_back({&text, filters_with({column, {word}})});
                }
            }
        }
        return found;
    }

    std::vector<std::string> subjects() {
        std::vector<std::string> all;
        for (const TableText& text : texts_) {
            all.push_back(text.table->name);
            for (const char* column : {"technology", "kind"}) {
                const std::vector<std::string> words = words_in(text, column);
                all.insert(all.end(), words.begin(), words.end());
            }
        }
        for (const RowClass& row_class : row_classes()) {
            all.push_back(row_class.name);
        }
        for (const std::string_view name : tables_of_resources) {
            const std::vector<std::string> words = words_in(*table(name), "name");
            all.insert(all.end(), words.begin(), words.end());
        }
        return all;
    }

    /// Words that stand in a column, `name` and `region` among them.
    std::vector<std::string> words_in(const TableText& text, const std::string& column) {
        std::set<std::string> found;
        for (const std::size_t r : text.body) {
            if (const auto word = word_of(text, r, column)) {
                found.insert(std::string(*word));
            }
        }
        return {found.begin(), found.end()};
    }

    /// What a filter's column holds in a row; none where the table has no such column.
    std::optional<std::string_view> word_of(const TableText& text, std::size_t row,
                                            const std::string& column) {
        if (column == "name" && text.table->named) {
            return text.name(row);
        }
        if (const std::size_t c = text.column(column); c != absent) {
            return text.value(row, c);
        }
        const std::size_t bus = text.column("bus");
        if (column != "region" || bus == absent) {
            return std::nullopt;
        }
        const TableText& buses = *table("buses");
        const std::string_view at = text.value(row, bus);
        const auto found = std::find_if(buses.body.begin(), buses.body.end(),
                                        [&](std::size_t r) { return buses.name(r) == at; });
        return found == buses.body.end() ? std::string_view()
                                         : buses.value(*found, buses.column("region"));
    }

    /// A column that a row's filter does not find fits nothing.
    std::vector<std::size_t> rows_of(const Subject& subject) {
        std::vector<std::size_t> rows;
        for (const std::size_t r : subject.text->body) {
            const bool all = std::all_of(
                subject.filters.begin(), subject.filters.end(), [&](const Filter& filter) {
                    const auto word = word_of(*subject.text, r, filter.column);
                    return word && std::any_of(filter.patterns.begin(), filter.patterns.end(),
                                               [&](const auto& p) { return fits(*word, p); });
                });
            if (all && !subject.text->uneven(r)) {
                rows.push_back(r);
            }
        }
        return rows;
    }

    std::optional<Selection> select(const Subject& subject) {
        const TableText& text = *subject.text;
        for (const Filter& filter : subject.filters) {
            if (!text.body.empty() && !word_of(text, text.body.front(), filter.column)) {
                tell(in_quotes(filter.column), fmt::format("a column of {}", text.file),
                     nearest_name(filter.column, column_names(text, {"name", "region"})));
                return std::nullopt;
            }
        }
        return Selection{subject.text, rows_of(subject)};
    }

    /// Columns that can be set, and `more`.
    static std::vector<std::string> column_names(const TableText& text,
                                                 std::vector<std::string> more) {
        for (const Column& column : text.table->columns) {
            more.push_back(column.name);
        }
        return more;
    }

    void tell_no_column(const TableText& text) {
        const auto common = common_columns();
        const bool fixed = std::any_of(common.begin(), common.end(), [&](const Column& column) {
            return column.name == parsed_.column;
        });
        tell(in_quotes(parsed_.column),
             fmt::format("{} column of {}, or capacity{}", fixed ? "another" : "a", text.file,
                         fixed ? ": names, sources, qualities and notes stay as they are" : ""),
             fixed ? "" : nearest_name(parsed_.column, column_names(text, {"capacity"})));
    }

    void tell_no_row(const Subject& subject) {
        const TableText& text = *subject.text;
        std::string nearest;
        for (const Filter& filter : subject.filters) {
            const std::vector<std::string> valid = words_in(text, filter.column);
            for (const std::string& pattern : filter.patterns) {
                const bool known = std::any_of(valid.begin(), valid.end(),
                                               [&](const auto& v) { return fits(v, pattern); });
                nearest = known ? nearest : nearest_name(pattern, valid);
            }
        }
        tell(in_quotes(change_.text),
             fmt::format("at least one row of {} that it means", text.file), nearest);
    }

    void mark(TableText& text, std::size_t row) {
        std::string& by = text.changed_by[row];
        const std::string of_this = words(change_);
        if (by.find(of_this) == std::string::npos) {
            by += (by.empty() ? "" : ", ") + of_this;
        }
    }

    /// Multiplies a cell; none where it holds no number.
    static std::optional<std::string> product(std::string_view cell, double factor,
                                              Rounding rounding) {
        const auto now = number_within(cell, false, -inf, inf);
        if (!now) {
            return std::nullopt;
        }
        const double value = *now * factor;
        constexpr double rounding_of_product = 1e-9;
        switch (rounding) {
        case Rounding::none:
            return fmt::format("{}", value);
        case Rounding::nearest:
            return fmt::format("{}", std::round(value));
        case Rounding::down:
            return fmt::format("{}", std::floor(value + rounding_of_product));
        case Rounding::up:
            return fmt::format("{}", std::ceil(value - rounding_of_product));
        }
        return std::nullopt;
    }

    std::optional<double> factor() {
        const auto value = number_within(parsed_.value, false, 0.0, inf);
        if (!value) {
            tell(in_quotes(parsed_.value), "a number of 0 or more behind the *");
        }
        return value;
    }

    std::size_t set(const Selection& selected) {
        TableText& text = *selected.text;
        const std::size_t c = text.column(parsed_.column);
        if (c == absent) {
            tell_no_column(text);
            return 0;
        }
        const Column& column = text.table->columns[c];
        const bool number = column.kind == Kind::number || column.kind == Kind::integer;
        if (parsed_.factor && !number) {
            tell(in_quotes(change_.text),
                 fmt::format("a column of numbers before the *; {} is none", column.name));
            return 0;
        }
        const std::optional<double> by = parsed_.factor ? factor() : std::nullopt;
        if (parsed_.factor && !by) {
            return 0;
        }
        const Rounding rounding = column.kind == Kind::integer ? Rounding::nearest : Rounding::none;
        for (const std::size_t r : selected.rows) {
            if (by && follows(text, r, c)) {
                continue;
            }
            const std::string value =
                by ? product(text.value(r, c), *by, rounding).value_or(std::string(text.cell(r, c)))
                   : parsed_.value;
            text.changed[{r, c}] = value;
            mark(text, r);
        }
        return selected.rows.size();
    }

    /// `capacity`: every figure that grows with the rows' size; rows without any are left out, but
    /// for those that are limits alone.
    std::size_t scale(const Selection& selected) {
        TableText& text = *selected.text;
        const auto value = number_within(parsed_.value, false, 0.0, inf);
        const bool known =
            std::any_of(std::begin(size_columns), std::end(size_columns),
                        [&](const SizeColumn& s) { return text.table->name == s.table; });
        if (!value || (!parsed_.factor && *value != 0.0) || !known) {
            tell(in_quotes(change_.text),
                 known ? "capacity=*factor, or capacity=0"
                       : fmt::format("a column of {}; its rows have no capacity", text.file));
            return 0;
        }
        if (*value == 0.0 && std::find(tables_of_limits.begin(), tables_of_limits.end(),
                                       text.table->name) == tables_of_limits.end()) {
            leave_out(text, selected.rows);
            return selected.rows.size();
        }
        std::vector<std::size_t> gone;
        for (const std::size_t r : selected.rows) {
            const std::size_t units = text.column("units");
            const double before = units == absent ? 0.0 : number_in(text, r, units);
            scale_row(text, r, "", *value);
            const double now = units == absent ? 0.0 : number_in(text, r, units);
            const double by_units = before > 0.0 ? now / before : *value;
            scale_rows_of(text.table->name, text.name(r), *value, by_units);
            if (text.table->name == "thermal" && before > 0.0) {
                scale_heat_store(text, r, by_units);
                keep_units_on_within(text, r, now);
                const double unit_mw = number_in(text, r, text.column("p_max_mw"));
                applied_.units_before_mw += before * unit_mw;
                applied_.units_after_mw += now * unit_mw;
            }
            if (units != absent && text.value(r, units) == "0") {
                gone.push_back(r);
            }
        }
        leave_out(text, gone);
        return selected.rows.size();
    }

    /// What a cell holds; 0 where that is no number.
    static double number_in(const TableText& text, std::size_t row, std::size_t column) {
        return number_within(text.value(row, column), false, -inf, inf).value_or(0.0);
    }

    /// Units on before the first hour are no more than there are.
    void keep_units_on_within(TableText& text, std::size_t row, double units) {
        const std::size_t c = text.column("initial_units_on");
        if (number_in(text, row, c) > units) {
            text.changed[{row, c}] = fmt::format("{}", units);
        }
    }

    /// Whether a cell says that the figure follows from others: a default below 0.
    static bool follows(const TableText& text, std::size_t row, std::size_t column) {
        const std::optional<std::string>& fallback = text.table->columns[column].fallback;
        const auto of_column = number_within(fallback.value_or(""), false, -inf, 0.0);
        return of_column && *of_column < 0.0 && number_in(text, row, column) == *of_column;
    }

    /// A row of its own size once a change: a heat store that has grown with its plant stays so
    /// where the change means both.
    void scale_row(TableText& text, std::size_t row, std::string_view of_table, double by) {
        if (of_table.empty() && !scaled_.emplace(&text, row).second) {
            return;
        }
        for (const SizeColumn& size : size_columns) {
            const std::size_t c = text.column(size.column);
            if (text.table->name != size.table || of_table != size.of_table || c == absent ||
                follows(text, row, c)) {
                continue;
            }
            // A default in an empty cell holds for any size, but for a count of units.
            const std::string_view now =
                size.rounding == Rounding::none ? text.cell(row, c) : text.value(row, c);
            if (const auto value = product(now, by, size.rounding)) {
                text.changed[{row, c}] = *value;
                mark(text, row);
            }
        }
    }

    /// Rows of other tables that refer to a row of `of_table`: counts by the factor, figures as the
    /// units have grown.
    void scale_rows_of(const std::string& of_table, std::string_view name, double by,
                       double by_units) {
        for (const SizeColumn& size : size_columns) {
            TableText* text = of_table == size.of_table ? table(size.table) : nullptr;
            if (text == nullptr) {
                continue;
            }
            const std::size_t c = text->column(size.column);
            std::vector<std::size_t> gone;
            for (const std::size_t r : text->body) {
                if (!text->uneven(r) && refers(*text, r, of_table, {name})) {
                    scale_row(*text, r, of_table, size.rounding == Rounding::none ? by_units : by);
                    if (size.rounding != Rounding::none && text->value(r, c) == "0") {
                        gone.push_back(r);
                    }
                }
            }
            drop(*text, gone);
        }
    }

    /// The heat store of a power block grows with the cluster's units; one that several share with
    /// those of the first.
    void scale_heat_store(const TableText& text, std::size_t row, double by) {
        TableText& blocks = *table("power_blocks");
        TableText& storages = *table("storages");
        const std::size_t plant = blocks.column("plant");
        const std::size_t store = blocks.column("store");
        std::set<std::string_view> seen;
        for (const std::size_t r : blocks.body) {
            const bool first = seen.insert(blocks.value(r, store)).second;
            if (!first || blocks.value(r, plant) != text.name(row)) {
                continue;
            }
            for (const std::size_t s : storages.body) {
                if (storages.name(s) == blocks.value(r, store)) {
                    scale_row(storages, s, "", by);
                }
            }
        }
    }

    /// Whether a row names one of some rows of another table.
    static bool refers(const TableText& text, std::size_t row, std::string_view of_table,
                       const std::set<std::string_view>& names) {
        for (std::size_t c = 0; c < text.table->columns.size(); ++c) {
            const Column& column = text.table->columns[c];
            if (column.kind == Kind::reference && column.target == of_table &&
                text.table->name != of_table && names.contains(text.cell(row, c))) {
                return true;
            }
        }
        return std::any_of(
            std::begin(named_elsewhere), std::end(named_elsewhere), [&](const NamedElsewhere& n) {
                return text.table->name == n.table &&
                       table_of_word(text.value(row, text.column(n.table_column))) == of_table &&
                       names.contains(text.cell(row, text.column(n.name_column)));
            });
    }

    static void drop(TableText& text, const std::vector<std::size_t>& rows) {
        std::erase_if(text.body, [&](std::size_t r) {
            return std::find(rows.begin(), rows.end(), r) != rows.end();
        });
    }

    /// Takes rows away, and those that refer to them, and so on.
    void leave_out(TableText& text, const std::vector<std::size_t>& rows) {
        if (rows.empty()) {
            return;
        }
        std::set<std::string_view> names;
        for (const std::size_t r : rows) {
            names.insert(text.name(r));
        }
        names.erase("");
        drop(text, rows);
        if (text.table->name == table_of_bonds) {
            for (TableText& other : texts_) {
                unbind(other, text.table->name, names);
            }
            return;
        }
        unbind(text, text.table->name, names);
        for (TableText& other : texts_) {
            std::vector<std::size_t> follow;
            for (const std::size_t r : other.body) {
                if (!other.uneven(r) && refers(other, r, text.table->name, names)) {
                    follow.push_back(r);
                }
            }
            leave_out(other, follow);
        }
        for (const NothingWithout& n : nothing_without) {
            if (text.table->name == n.table) {
                leave_out_bare(text, rows, n);
            }
        }
        if (text.table->name == "service") {
            leave_out_calls(text, rows);
        }
    }

    /// Calls are of plants that a row of `service` says are backup.
    void leave_out_calls(const TableText& service, const std::vector<std::size_t>& rows) {
        TableText& calls = *table("backup_calls");
        const std::size_t of_table = service.column("table");
        const std::size_t plant = service.column("plant");
        const std::size_t called = calls.column("plant");
        std::set<std::string_view> plants;
        for (const std::size_t r : rows) {
            if (!service.uneven(r) && service.value(r, of_table) == "thermal") {
                plants.insert(service.value(r, plant));
            }
        }
        std::vector<std::size_t> gone;
        for (const std::size_t r : calls.body) {
            if (!calls.uneven(r) && plants.contains(calls.value(r, called))) {
                gone.push_back(r);
            }
        }
        drop(calls, gone);
    }

    /// Empties the cells that name rows of a table: of one whose rows are bonds, or of the same
    /// one, as what a reservoir's water reaches next.
    void unbind(TableText& text, std::string_view of_table,
                const std::set<std::string_view>& names) {
        for (std::size_t c = 0; c < text.table->columns.size(); ++c) {
            const Column& column = text.table->columns[c];
            if (column.kind != Kind::reference || column.target != of_table) {
                continue;
            }
            for (const std::size_t r : text.body) {
                if (!text.uneven(r) && names.contains(text.cell(r, c))) {
                    text.changed[{r, c}] = "";
                    mark(text, r);
                }
            }
        }
    }

    /// What rows that are left out name goes with them where no other row names it.
    void leave_out_bare(TableText& text, const std::vector<std::size_t>& rows,
                        const NothingWithout& n) {
        const std::size_t c = text.column(n.column);
        TableText& of = *table(n.of_table);
        std::vector<std::size_t> gone;
        for (const std::size_t r : of.body) {
            const auto names = [&](std::size_t row) { return text.value(row, c) == of.name(r); };
            if (std::any_of(rows.begin(), rows.end(), names) &&
                std::none_of(text.body.begin(), text.body.end(), names)) {
                gone.push_back(r);
            }
        }
        leave_out(of, gone);
    }

    /// A number of case.toml.
    std::size_t set_case(grid::CaseInfo& info) {
        std::vector<std::string> known;
        for (const CaseNumber& number : case_numbers(info)) {
            known.push_back(number.name);
            if (number.name != parsed_.column) {
                continue;
            }
            const auto given = number_within(parsed_.value, false, -inf, inf);
            const double value = given ? *given * (parsed_.factor ? *number.value : 1.0) : 0.0;
            if (!given || !(value >= number.low && value <= number.high)) {
                tell(in_quotes(change_.text), number.expected);
                return 0;
            }
            *number.value = value;
            return 1;
        }
        tell(in_quotes(parsed_.column), "a number of case.toml",
             nearest_name(parsed_.column, known));
        return 0;
    }

    std::vector<TableText>& texts_;
    const Change& change_;
    ParsedChange parsed_;
    std::vector<Fault>& faults_;
    std::set<std::pair<const TableText*, std::size_t>> scaled_; ///< rows, with their table
    AppliedChange applied_;
};

} // namespace

std::vector<AppliedChange> apply_changes(std::vector<TableText>& texts, grid::CaseInfo& info,
                                         const std::vector<Change>& changes,
                                         std::vector<Fault>& faults) {
    std::vector<AppliedChange> applied;
    applied.reserve(changes.size());
    for (const Change& change : changes) {
        applied.push_back(Worker(texts, change, faults).apply(info));
    }
    return applied;
}

} // namespace longyang::caseio
