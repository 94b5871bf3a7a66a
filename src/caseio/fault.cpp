#include "caseio/fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace longyang::caseio {
namespace {

/// ASCII only, whatever the locale: other letters are compared as they are.
std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

/// Whether what stands in it is told by keys, not by columns.
bool has_keys(const std::string& file) {
    return file.ends_with("case.toml") || file.ends_with(".json");
}

} // namespace

std::string words(const Fault& fault) {
    std::string text = fault.file;
    if (fault.line > 0) {
        text += fmt::format(":{}", fault.line);
    }
    if (!fault.column.empty()) {
        text += fmt::format(": {} {}", has_keys(fault.file) ? "key" : "column", fault.column);
    }
    text += ": found " + fault.found;
    if (!fault.expected.empty()) {
        text += ", expected " + fault.expected;
    }
    if (!fault.nearest.empty()) {
        text += fmt::format("; did you mean \"{}\"?", fault.nearest);
    }
    return text;
}

std::string words(std::span<const Fault> faults, std::size_t most) {
    std::vector<const Fault*> sorted;
    for (const Fault& fault : faults) {
        sorted.push_back(&fault);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const Fault* a, const Fault* b) {
        return std::tie(a->file, a->line) < std::tie(b->file, b->line);
    });

    using Place = std::pair<std::string, std::string>; // file, column
    std::map<Place, std::size_t> count;
    for (const Fault& fault : faults) {
        ++count[{fault.file, fault.column}];
    }
    std::map<Place, std::size_t> shown;
    std::string text;
    for (const Fault* fault : sorted) {
        const Place place{fault->file, fault->column};
        const std::size_t so_far = shown[place]++;
        if (so_far < most) {
            text += words(*fault) + "\n";
        } else if (so_far == most) {
            text += fmt::format("{}{}: ... and {} more\n", fault->file,
                                fault->column.empty() ? "" : ": column " + fault->column,
                                count[place] - most);
        }
    }
    if (!text.empty()) {
        text.pop_back();
    }
    return text;
}

std::string nearest_name(std::string_view word, std::span<const std::string> valid) {
    const std::string wanted = lower_case(word);
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(wanted.size() / 3, 1) + 1;
    for (const std::string& name : valid) {
        const std::size_t difference =
            std::max(name.size(), wanted.size()) - std::min(name.size(), wanted.size());
        if (difference >= best_distance) {
            continue; // takes at least that many changes
        }
        const std::size_t distance = edit_distance(wanted, lower_case(name));
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    constexpr std::size_t least_word = 3;
    if (best.empty() && wanted.size() >= least_word) {
        const auto longer = [&](const std::string& name) {
            return lower_case(name).starts_with(wanted + '_');
        };
        const auto found = std::find_if(valid.begin(), valid.end(), longer);
        best = found == valid.end() ? "" : *found;
    }
    return best;
}

namespace {

/// On one line: what would end it, or a tab, as it is written in a program.
std::string on_one_line(std::string_view text) {
    std::string shown;
    for (const char c : text) {
        switch (c) {
        case '\n':
            shown += "\\n";
            break;
        case '\r':
            shown += "\\r";
            break;
        case '\t':
            shown += "\\t";
            break;
        default:
            shown += c;
        }
    }
    return shown;
}

} // namespace

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) {
        return fmt::format("\"{}\"", on_one_line(text));
    }
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end; // not within a letter of several bytes
    }
    return fmt::format("\"{}...\"", on_one_line(text.substr(0, end)));
}

} // namespace longyang::caseio
