#include "caseio/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace longyang::caseio {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(at);
        parts.emplace_back(trimmed(text.substr(0, end)));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// Reads "[technology=battery, region=qinghai]", without the brackets.
void parse_filters(std::string_view text, ParsedChange& parsed) {
    for (const std::string& part : split(text, ',')) {
        const std::size_t equals = part.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == part.size()) {
            parsed.problem = "in brackets column=word, several parted by commas";
            return;
        }
        parsed.filters.push_back({std::string(trimmed(std::string_view(part).substr(0, equals))),
                                  split(std::string_view(part).substr(equals + 1), '|')});
    }
}

/// Reads what stands behind the subject: ".charge_max_mw=*0.5".
void parse_setting(std::string_view text, ParsedChange& parsed) {
    const std::size_t equals = text.find('=');
    if (text.empty() || text.front() != '.' || equals == std::string_view::npos) {
        parsed.problem = "subject.column=value or subject.column=*factor";
        return;
    }
    parsed.column = trimmed(text.substr(1, equals - 1));
    std::string_view value = trimmed(text.substr(equals + 1));
    if (!value.empty() && value.front() == '*') {
        parsed.factor = true;
        value.remove_prefix(1);
    }
    parsed.value = trimmed(value);
}

} // namespace

std::string words(const Change& change) {
    return fmt::format("{} {}", change.leave_out ? "without" : "set", change.text);
}

std::string words(const AppliedChange& change) {
    std::string text = fmt::format("{}: {} rows", words(change.change), change.rows);
    if (change.units_before_mw > 0.0) {
        text += fmt::format(", {:.6g} MW in whole units ({:.6g} MW before, * {:.3g})",
                            change.units_after_mw, change.units_before_mw,
                            change.units_after_mw / change.units_before_mw);
    }
    return text;
}

std::vector<Change> changes_of(const std::vector<std::string>& set,
                               const std::vector<std::string>& without) {
    std::vector<Change> changes;
    const auto add = [&](const std::vector<std::string>& texts, bool leave_out) {
        for (const std::string& text : texts) {
            for (const std::string& one : split(text, ';')) {
                if (!one.empty()) {
                    changes.push_back({leave_out, one, leave_out ? "--without" : "--set", 0});
                }
            }
        }
    };
    add(set, false);
    add(without, true);
    return changes;
}

ParsedChange parse_change(const Change& change) {
    ParsedChange parsed;
    std::string_view text = change.text;
    const std::size_t end = text.find_first_of(change.leave_out ? "[" : "[.=");
    parsed.subject = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end, text.size()));
    if (parsed.subject.empty()) {
        parsed.problem = "a table, a class or a name first";
        return parsed;
    }
    if (!text.empty() && text.front() == '[') {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            parsed.problem = "a closing bracket";
            return parsed;
        }
        parse_filters(text.substr(1, close - 1), parsed);
        text.remove_prefix(close + 1);
    }
    if (!parsed.problem.empty()) {
        return parsed;
    }
    if (!change.leave_out) {
        parse_setting(text, parsed);
    } else if (!trimmed(text).empty()) {
        parsed.problem = "nothing behind the bracket";
    }
    return parsed;
}

bool fits(std::string_view text, std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) {
        return text == pattern;
    }
    if (text.substr(0, star) != pattern.substr(0, star)) {
        return false;
    }
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t from = star; from <= text.size(); ++from) {
        if (fits(text.substr(from), rest)) {
            return true;
        }
    }
    return false;
}

const std::vector<RowClass>& row_classes() {
    static const std::vector<RowClass> all = {
        {"coal", "thermal", {"technology", {"coal*"}}},
        {"gas", "thermal", {"technology", {"gas*"}}},
        {"chp", "thermal", {"technology", {"*_chp"}}},
        {"solar", "renewables", {"technology", {"pv"}}},
        {"batteries", "storages", {"technology", {"battery"}}},
        {"storage_plants", "storages", {"technology", {"storage_plant"}}},
        {"storage_plants", "pumps", {"technology", {"storage_plant"}}},
        {"storage_plants", "hydro", {"technology", {"storage_plant"}}},
        {"condensers", "machines", {"kind", {"condenser"}}},
    };
    return all;
}

} // namespace longyang::caseio
