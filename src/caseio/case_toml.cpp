#include "caseio/case_toml.hpp"

#include "caseio/number.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace longyang::caseio {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
const char* const file_name = "case.toml";

std::vector<CaseKey> make_case_keys() {
    return {
        {"name", KeyKind::text, "-", -inf, inf, {}, "short name of the case"},
        {"title", KeyKind::text, "-", -inf, inf, "", "what it is, in one line"},
        {"year", KeyKind::integer, "-", 1900, 2200, {}, "modelled year; leap days are left out"},
        {"time_zone", KeyKind::text, "-", -inf, inf, "UTC+08:00", "of all hours in the case"},
        {"licence", KeyKind::text, "-", -inf, inf, "", "under which the data may be used"},
        {"base_mva", KeyKind::number, "MVA", 0.1, 1e6, "100",
         "base of the branches' per-unit values"},
        {"carbon_price_cny_per_t", KeyKind::number, "CNY/t", 0, 1e4, "0", "price of CO2 emitted"},
        {"profiles", KeyKind::texts, "-", -inf, inf, "",
         "list of the profile files, paths relative to the case's folder; a file of the same path "
         "replaces the base's"},
        {"base", KeyKind::text, "-", -inf, inf, "",
         "folder of the case that this one varies, relative to this one's: its keys, tables and "
         "profiles hold where this folder has none of that name"},
        {"set", KeyKind::texts, "-", -inf, inf, "",
         "list of changes of the tables, as `--set` (docs/user/changes.md)"},
        {"without", KeyKind::texts, "-", -inf, inf, "",
         "list of what is left out of the tables, as `--without` (docs/user/changes.md)"},
    };
}

std::vector<SecurityKey> make_security_keys() {
    using Limits = grid::SecurityLimits;
    const auto key = [](const char* name, const char* unit, double low, double high,
                        const char* fallback, const char* meaning, double Limits::*member) {
        return SecurityKey{{name, KeyKind::number, unit, low, high, fallback, meaning}, member};
    };
    return {
        key("frequency_hz", "Hz", 1, 1000, "50", "rated frequency", &Limits::frequency_hz),
        key("escr_min_lcc", "-", 0, 100, "2.5",
            "least effective short-circuit ratio at line-commutated converters",
            &Limits::escr_min_lcc),
        key("scr_min_vsc", "-", 0, 100, "1.5",
            "least short-circuit ratio at voltage-source converters", &Limits::scr_min_vsc),
        key("miscr_min", "-", 0, 100, "2.5",
            "least multi-infeed short-circuit ratio at line-commutated converters",
            &Limits::miscr_min),
        key("mrscr_min", "-", 0, 100, "1.5",
            "least short-circuit ratio of renewable stations, with those around them",
            &Limits::mrscr_min),
        key("near_coupling", "-", 0, 1, "0.4",
            "stations coupled to a converter by at least this are near it: Z_sk / sqrt(Z_ss Z_kk)",
            &Limits::near_coupling),
        key("rocof_max_hz_per_s", "Hz/s", 0, 100, "0.5",
            "largest rate of change of frequency after a block or loss of infeed",
            &Limits::rocof_max_hz_per_s),
        key("frequency_extreme_max_hz", "Hz", 0, 50, "0.8",
            "largest transient deviation of frequency", &Limits::frequency_extreme_max_hz),
        key("frequency_settled_max_hz", "Hz", 0, 50, "0.2",
            "largest deviation of frequency once the governors have acted",
            &Limits::frequency_settled_max_hz),
        key("load_damping_pu", "-", 0, 10, "1", "relative change of load by relative frequency",
            &Limits::load_damping_pu),
        key("overvoltage_max_pu", "pu", 1, 3, "1.3",
            "largest transient voltage at a converter after its block",
            &Limits::overvoltage_max_pu),
        key("overvoltage_station_max_pu", "pu", 1, 3, "1.3",
            "largest transient voltage at renewable stations near it",
            &Limits::overvoltage_station_max_pu),
    };
}

int line_of(const toml::node& node) {
    return static_cast<int>(node.source().begin.line);
}

/// The case.toml that a key stands in: the case's own, or that of a base.
std::string file_of(const toml::node& node) {
    return node.source().path ? *node.source().path : std::string(file_name);
}

/// What stands at a key, as it is shown in words.
std::string shown(const toml::node& node) {
    if (const auto* text = node.as_string()) {
        return in_quotes(text->get());
    }
    if (node.is_table()) {
        return "a table";
    }
    if (node.is_array()) {
        return "a list";
    }
    if (const auto* whole = node.as_integer()) {
        return in_quotes(fmt::format("{}", whole->get()));
    }
    if (const auto* number = node.as_floating_point()) {
        return in_quotes(fmt::format("{}", number->get()));
    }
    if (const auto* flag = node.as_boolean()) {
        return in_quotes(flag->get() ? "true" : "false");
    }
    return "a date";
}

/// A scalar as the text that the command line would hold; none for lists and tables.
std::optional<std::string> scalar_text(const toml::node& node) {
    const auto day = [](const toml::date& d) {
        return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
    };
    if (const auto* text = node.as_string()) {
        return text->get();
    }
    if (const auto* whole = node.as_integer()) {
        return fmt::format("{}", whole->get());
    }
    if (const auto* number = node.as_floating_point()) {
        return fmt::format("{}", number->get());
    }
    if (const auto* flag = node.as_boolean()) {
        return flag->get() ? "true" : "false";
    }
    if (const auto* date = node.as_date()) {
        return day(date->get());
    }
    if (const auto* time = node.as_date_time()) {
        const toml::date_time& t = time->get();
        const bool whole_hour = t.time.minute == 0 && t.time.second == 0 && t.time.nanosecond == 0;
        return whole_hour ? fmt::format("{}T{:02}", day(t.date), t.time.hour)
                          : fmt::format("{}T{:02}:{:02}:{:02}", day(t.date), t.time.hour,
                                        t.time.minute, t.time.second);
    }
    return std::nullopt;
}

std::string expected_words(const CaseKey& key) {
    switch (key.kind) {
    case KeyKind::number:
    case KeyKind::integer:
        return number_words(key.kind == KeyKind::integer, key.low, key.high, key.unit);
    case KeyKind::texts:
        return "a list of texts";
    case KeyKind::text:
        break;
    }
    return key.fallback ? "a text" : "a text that is not empty";
}

/// The value of a key, checked; nothing where it does not fit.
struct KeyValue {
    std::string text;
    double number = 0.0;
    std::vector<std::string> texts;
};
std::optional<KeyValue> value_of(const CaseKey& key, const toml::node& node) {
    KeyValue value;
    if (key.kind == KeyKind::text) {
        const auto* text = node.as_string();
        if (text == nullptr || (!key.fallback && text->get().empty())) {
            return std::nullopt;
        }
        value.text = text->get();
        return value;
    }
    if (key.kind == KeyKind::texts) {
        const auto* list = node.as_array();
        if (list == nullptr) {
            return std::nullopt;
        }
        for (const toml::node& item : *list) {
            const auto* text = item.as_string();
            if (text == nullptr || text->get().empty()) {
                return std::nullopt;
            }
            value.texts.push_back(text->get());
        }
        return value;
    }
    // A text is no number here, even if it looks like one.
    const auto text = node.is_number() ? scalar_text(node) : std::nullopt;
    const auto number =
        text ? number_within(*text, key.kind == KeyKind::integer, key.low, key.high) : std::nullopt;
    if (!number) {
        return std::nullopt;
    }
    value.number = *number;
    return value;
}

/// Where a number of the case goes; null for other keys.
double* number_of(grid::CaseInfo& info, const std::string& key) {
    if (key == "base_mva") {
        return &info.base_mva;
    }
    return key == "carbon_price_cny_per_t" ? &info.carbon_price_cny_per_t : nullptr;
}

void set_key(CaseToml& result, const std::string& name, const KeyValue& value) {
    grid::CaseInfo& info = result.info;
    if (name == "name") {
        info.name = value.text;
    } else if (name == "title") {
        info.title = value.text;
    } else if (name == "year") {
        info.year = static_cast<int>(value.number);
    } else if (name == "time_zone") {
        info.time_zone = value.text;
    } else if (name == "licence") {
        info.licence = value.text;
    } else if (double* number = number_of(info, name); number != nullptr) {
        *number = value.number;
    }
}

void take_key(CaseToml& result, const CaseKey& key, const toml::table& table) {
    const toml::node* node = table.get(key.name);
    if (node == nullptr) {
        if (!key.fallback) {
            result.faults.push_back({file_name, 0, key.name, "nothing",
                                     fmt::format("{} ({})", expected_words(key), key.meaning), ""});
            return;
        }
        KeyValue standard{*key.fallback, 0.0, {}};
        standard.number = number_within(*key.fallback, false, key.low, key.high).value_or(0.0);
        set_key(result, key.name, standard);
        result.filled_in.push_back(key.name);
        return;
    }
    const auto value = value_of(key, *node);
    if (!value) {
        result.faults.push_back(
            {file_of(*node), line_of(*node), key.name, shown(*node), expected_words(key), ""});
        return;
    }
    set_key(result, key.name, *value);
}

void take_security(CaseToml& result, const toml::table& table) {
    const toml::node* node = table.get("security");
    const toml::table* inner = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && inner == nullptr) {
        result.faults.push_back({file_of(*node), line_of(*node), "security", shown(*node),
                                 "a table [security] of limits", ""});
        return;
    }
    std::vector<std::string> known;
    for (const SecurityKey& item : security_keys()) {
        known.push_back(item.key.name);
        const toml::node* found = inner == nullptr ? nullptr : inner->get(item.key.name);
        if (found == nullptr) {
            result.info.security.*item.member =
                number_within(*item.key.fallback, false, item.key.low, item.key.high).value_or(0.0);
            result.security_filled_in.push_back(item.key.name);
            continue;
        }
        const auto value = value_of(item.key, *found);
        if (!value) {
            result.faults.push_back({file_of(*found), line_of(*found), "security." + item.key.name,
                                     shown(*found), expected_words(item.key), ""});
            continue;
        }
        result.info.security.*item.member = value->number;
    }
    if (inner == nullptr) {
        return;
    }
    for (const auto& [key, value] : *inner) {
        const std::string name(key.str());
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            result.faults.push_back(
                {file_of(value), line_of(value), "security." + name, "an unknown key",
                 fmt::format("one of {}", fmt::join(known, ", ")), nearest_name(name, known)});
        }
    }
}

void take_run(CaseToml& result, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        result.faults.push_back(
            {file_of(node), line_of(node), "run", shown(node), "a table [run] of options", ""});
        return;
    }
    for (const auto& [key, value] : *table) {
        const auto text = scalar_text(value);
        if (!text) {
            result.faults.push_back({file_of(value), line_of(value),
                                     fmt::format("run.{}", key.str()), shown(value),
                                     "a text, number, date, true or false", ""});
            continue;
        }
        if (key == "set" || key == "without") {
            result.faults.push_back({file_of(value), line_of(value),
                                     fmt::format("run.{}", key.str()), shown(value),
                                     "a list of that name above [run]", ""});
            continue;
        }
        result.run.push_back({std::string(key.str()), *text, file_of(value), line_of(value)});
    }
    // The file's own order, which toml++ does not keep.
    std::stable_sort(result.run.begin(), result.run.end(),
                     [](const RunSetting& a, const RunSetting& b) { return a.line < b.line; });
}

/// Keys that are taken level by level: a list is continued by the one who varies a case.
bool by_level(const CaseKey& key) {
    return key.kind == KeyKind::texts || key.name == "base";
}

/// The path of a file of a base, relative to the case's folder.
std::string path_from_case(const std::string& folder, const std::string& name) {
    const bool own = folder.empty() || std::filesystem::path(name).is_absolute();
    return own ? name : (std::filesystem::path(folder) / name).lexically_normal().string();
}

/// Profile files of one case.toml; those of its base that go by the same name are replaced.
void add_profile_files(CaseToml& result, const std::vector<std::string>& names,
                       const std::string& folder, const std::string& base) {
    for (const std::string& name : names) {
        std::erase(result.profile_files, base.empty() ? "" : path_from_case(base, name));
        result.profile_files.push_back(path_from_case(folder, name));
    }
}

/// Takes the lists of one case.toml in. `folder` is that of the file, relative to the case's, and
/// `base` that of the case which it varies.
void take_lists(CaseToml& result, const toml::table& table, const std::string& folder,
                const std::string& base) {
    for (const CaseKey& key : case_keys()) {
        const toml::node* node = table.get(key.name);
        if (!by_level(key) || node == nullptr) {
            continue;
        }
        std::erase(result.filled_in, key.name);
        const auto value = value_of(key, *node);
        if (!value) {
            result.faults.push_back(
                {file_of(*node), line_of(*node), key.name, shown(*node), expected_words(key), ""});
            continue;
        }
        if (key.name == "profiles") {
            result.profiles_line = line_of(*node);
            add_profile_files(result, value->texts, folder, base);
        } else if (key.kind == KeyKind::texts) {
            const toml::array& list = *node->as_array();
            for (std::size_t k = 0; k < value->texts.size(); ++k) {
                result.changes.push_back(
                    {key.name == "without", value->texts[k], file_of(list[k]), line_of(list[k])});
            }
        }
    }
}

/// Puts the keys of `upper` over those of `lower`, inside tables key by key.
void put_over(toml::table& lower, toml::table&& upper) {
    std::move(upper).for_each([&](const toml::key& key, auto&& value) {
        if constexpr (toml::is_table<decltype(value)>) {
            if (toml::table* inner = lower[key].as_table(); inner != nullptr) {
                put_over(*inner, std::forward<decltype(value)>(value));
                return;
            }
        }
        lower.insert_or_assign(key, std::forward<decltype(value)>(value));
    });
}

} // namespace

std::span<const CaseKey> case_keys() {
    static const std::vector<CaseKey> all = make_case_keys();
    return all;
}

std::span<const SecurityKey> security_keys() {
    static const std::vector<SecurityKey> all = make_security_keys();
    return all;
}

CaseToml parse_case_toml(std::span<const TomlText> levels) {
    CaseToml result;
    toml::table table;
    result.filled_in.emplace_back("profiles");
    std::string base;
    for (const TomlText& level : levels) {
        toml::table own;
        try {
            own = toml::parse(level.bytes, level.folder + file_name);
        } catch (const toml::parse_error& e) {
            result.readable = false;
            result.faults.push_back(
                {level.folder + file_name, static_cast<int>(e.source().begin.line), "",
                 fmt::format("text that is no TOML ({})", e.description()), "", ""});
            return result;
        }
        take_lists(result, own, level.folder, base);
        // A base's hours belong to its own first hour.
        if (own["run"]["from"] && table["run"]["hours"] && !own["run"]["hours"]) {
            table["run"].as_table()->erase("hours");
        }
        put_over(table, std::move(own));
        base = level.folder;
    }
    std::vector<std::string> known;
    for (const CaseKey& key : case_keys()) {
        known.push_back(key.name);
        if (!by_level(key)) {
            take_key(result, key, table);
        }
    }
    take_security(result, table);
    known.emplace_back("security");
    known.emplace_back("run");
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        if (name == "run") {
            take_run(result, value);
        } else if (name != "security" &&
                   std::find(known.begin(), known.end(), name) == known.end()) {
            result.faults.push_back({file_of(value), line_of(value), name, "an unknown key",
                                     fmt::format("one of {}", fmt::join(known, ", ")),
                                     nearest_name(name, known)});
        }
    }
    return result;
}

CaseToml parse_case_toml(std::string_view bytes) {
    return parse_case_toml(std::vector<TomlText>{{"", bytes}});
}

std::vector<std::string> profile_files(std::string_view bytes) {
    return parse_case_toml(bytes).profile_files;
}

std::vector<CaseNumber> case_numbers(grid::CaseInfo& info) {
    std::vector<CaseNumber> all;
    for (const CaseKey& key : case_keys()) {
        if (double* value = number_of(info, key.name); value != nullptr) {
            all.push_back({key.name, value, key.low, key.high, expected_words(key)});
        }
    }
    for (const SecurityKey& item : security_keys()) {
        all.push_back({"security." + item.key.name, &(info.security.*item.member), item.key.low,
                       item.key.high, expected_words(item.key)});
    }
    return all;
}

std::string base_folder(std::string_view bytes) {
    try {
        return toml::parse(bytes)["base"].value_or(std::string());
    } catch (const toml::parse_error&) {
        return {}; // parse_case tells
    }
}

} // namespace longyang::caseio
