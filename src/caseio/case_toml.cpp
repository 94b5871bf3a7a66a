#include "caseio/case_toml.hpp"

#include "caseio/number.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

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
         "list of the profile files, paths relative to the case's folder"},
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
    } else if (name == "base_mva") {
        info.base_mva = value.number;
    } else if (name == "carbon_price_cny_per_t") {
        info.carbon_price_cny_per_t = value.number;
    } else {
        result.profile_files = value.texts;
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
    if (key.kind == KeyKind::texts) {
        result.profiles_line = line_of(*node);
    }
    const auto value = value_of(key, *node);
    if (!value) {
        result.faults.push_back(
            {file_name, line_of(*node), key.name, shown(*node), expected_words(key), ""});
        return;
    }
    set_key(result, key.name, *value);
}

void take_security(CaseToml& result, const toml::table& table) {
    const toml::node* node = table.get("security");
    const toml::table* inner = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && inner == nullptr) {
        result.faults.push_back({file_name, line_of(*node), "security", shown(*node),
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
            result.faults.push_back({file_name, line_of(*found), "security." + item.key.name,
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
                {file_name, line_of(value), "security." + name, "an unknown key",
                 fmt::format("one of {}", fmt::join(known, ", ")), nearest_name(name, known)});
        }
    }
}

void take_run(CaseToml& result, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
        result.faults.push_back(
            {file_name, line_of(node), "run", shown(node), "a table [run] of options", ""});
        return;
    }
    for (const auto& [key, value] : *table) {
        const auto text = scalar_text(value);
        if (!text) {
            result.faults.push_back({file_name, line_of(value), fmt::format("run.{}", key.str()),
                                     shown(value), "a text, number, date, true or false", ""});
            continue;
        }
        result.run.push_back({std::string(key.str()), *text, line_of(value)});
    }
    // The file's own order, which toml++ does not keep.
    std::stable_sort(result.run.begin(), result.run.end(),
                     [](const RunSetting& a, const RunSetting& b) { return a.line < b.line; });
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

CaseToml parse_case_toml(std::string_view bytes) {
    CaseToml result;
    toml::table table;
    try {
        table = toml::parse(bytes);
    } catch (const toml::parse_error& e) {
        result.readable = false;
        result.faults.push_back({file_name, static_cast<int>(e.source().begin.line), "",
                                 fmt::format("text that is no TOML ({})", e.description()), "",
                                 ""});
        return result;
    }
    std::vector<std::string> known;
    for (const CaseKey& key : case_keys()) {
        known.push_back(key.name);
        take_key(result, key, table);
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
            result.faults.push_back({file_name, line_of(value), name, "an unknown key",
                                     fmt::format("one of {}", fmt::join(known, ", ")),
                                     nearest_name(name, known)});
        }
    }
    return result;
}

std::vector<std::string> profile_files(std::string_view bytes) {
    return parse_case_toml(bytes).profile_files;
}

} // namespace longyang::caseio
