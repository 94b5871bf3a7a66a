#include "caseio/explain.hpp"

#include "caseio/registry.hpp"

#include <fmt/format.h>

#include <cmath>

namespace longyang::caseio {
namespace {

const char* const introduction = R"(# Case format

Printed by `longyang check --explain`, from the registry in src/caseio; a test holds this page against it.

A case is a folder with the file `case.toml`, one CSV file a table, and profile files. `longyang check CASE` lists every
fault in it: file, line, column, what was found, what was expected, and the nearest valid name.

- CSV: UTF-8 (a byte-order mark is fine), commas, double quotes around cells that hold commas, a header line with the column
  names below, in any order. Rows without any content are left out. Lines may end in LF or CR LF. Of a file that cannot be read
  (semicolons or tabs in place of commas, another encoding) that alone is told, and content is checked once all files can be.
- Numbers: decimal point, no thousands separator, finite. Units stand in the columns' names.
- A column with a default may be left out, and its cells may be empty: both mean the default. `longyang check --explain CASE` lists
  every default that was filled in. A column without a default is required.
- Types: text; number; integer (a whole number); choice (one of the words named); row of a table (the `name` of one of its
  rows); profile (the name of a profile, whose values must lie in the range).
- Hours are counted from 0, the first hour of the year in the case's time zone; a year has 8760 hours, 29 February is left out.
  The months begin with hours 0, 744, 1416, 2160, 2880, 3624, 4344, 5088, 5832, 6552, 7296 and 8016.
)";

const char* const profiles_text = R"(## Profiles

A profile file is a CSV file with a header and 8760 rows, one an hour of the year; each column is a profile, and its header is the
profile's name, unique over all profile files of the case. A first column named `hour` or `time` is ignored. Every cell holds a number;
the range is set by the columns that name the profile. `case.toml` lists the files under `profiles`, with paths
relative to the case's folder, so that cases can share them (`"../shared/wind.csv"`). What a profile is multiplied with, and what
an empty cell in place of a profile's name means, stands with each column below.
)";

/// A text within a cell of a Markdown table.
std::string in_cell(const std::string& text) {
    std::string result;
    for (const char c : text) {
        result += c == '|' ? std::string("\\|") : std::string(1, c);
    }
    return result;
}

std::string range_text(double low, double high) {
    if (std::isinf(low) && std::isinf(high)) {
        return "-";
    }
    if (std::isinf(high)) {
        return fmt::format("from {}", low);
    }
    return std::isinf(low) ? fmt::format("up to {}", high) : fmt::format("{} to {}", low, high);
}

std::string default_text(const std::optional<std::string>& fallback) {
    if (!fallback) {
        return "required";
    }
    return fallback->empty() ? "empty" : "`" + *fallback + "`";
}

std::string type_text(const Column& column) {
    switch (column.kind) {
    case Kind::number:
        return "number";
    case Kind::integer:
        return "integer";
    case Kind::choice: {
        std::string text = "choice:";
        for (const std::string& choice : column.choices) {
            text += choice.empty() ? "" : fmt::format(" `{}`", choice);
        }
        return text;
    }
    case Kind::reference:
        return fmt::format("row of `{}`", column.target);
    case Kind::profile:
        return "profile";
    case Kind::text:
        break;
    }
    return "text";
}

std::string type_text(KeyKind kind) {
    switch (kind) {
    case KeyKind::number:
        return "number";
    case KeyKind::integer:
        return "integer";
    case KeyKind::texts:
        return "list of texts";
    case KeyKind::text:
        break;
    }
    return "text";
}

std::string head_row(const char* first) {
    return fmt::format("| {} | type | unit | range | default | meaning |\n"
                       "|---|---|---|---|---|---|\n",
                       first);
}

std::string table_row(const std::string& name, const std::string& type, const std::string& unit,
                      const std::string& range, const std::string& fallback,
                      const std::string& meaning) {
    return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", name, type, unit, range, fallback,
                       in_cell(meaning));
}

std::string describe(const Column& column) {
    return table_row(column.name, type_text(column), column.unit,
                     range_text(column.low, column.high), default_text(column.fallback),
                     column.meaning);
}

std::string describe(const Table& table) {
    std::string text =
        fmt::format("### {}.csv\n\n{} {} {}\n\n", table.name, table.meaning,
                    table.required ? "Every case has this table." : "May be left out.",
                    table.named ? "Rows are named." : "Rows have no name.");
    text += head_row("column");
    for (const Column& column : table.columns) {
        text += describe(column);
    }
    return text + "\n";
}

} // namespace

std::string explain_format() {
    std::string text = introduction;
    text += "\n## case.toml\n\n" + head_row("key");
    for (const CaseKey& key : case_keys()) {
        text += table_row(key.name, type_text(key.kind), key.unit, range_text(key.low, key.high),
                          default_text(key.fallback), key.meaning);
    }
    text += "\nThe table `[security]` holds the limits that `longyang flow` (stage `security`) and "
            "`longyang run --security` go by:\n\n" +
            head_row("key");
    for (const SecurityKey& item : security_keys()) {
        const CaseKey& key = item.key;
        text += table_row(key.name, type_text(key.kind), key.unit, range_text(key.low, key.high),
                          default_text(key.fallback), key.meaning);
    }
    text += "\nThe table `[run]` sets options of `longyang run` for this case, by the names that "
            "docs/user/options.md lists; the\ncommand line wins over them.\n\n";
    text += profiles_text;
    text += "\n## Tables\n\nColumns that every table may have besides its own:\n\n" +
            head_row("column");
    for (const Column& column : common_columns()) {
        text += describe(column);
    }
    text += '\n';
    for (const Table& table : tables()) {
        text += describe(table);
    }
    text.pop_back(); // one line break at the end
    return text;
}

std::string explain_defaults(const LoadedCase& loaded) {
    std::string text = "## Defaults filled in\n\n";
    if (loaded.defaults.empty()) {
        return text + "None.\n";
    }
    text += "| table | column | default | rows |\n|---|---|---|---|\n";
    for (const FilledDefault& filled : loaded.defaults) {
        text += fmt::format("| {} | `{}` | {} | {} |\n", filled.table, filled.column,
                            default_text(filled.value), filled.rows);
    }
    return text;
}

} // namespace longyang::caseio
