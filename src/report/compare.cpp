#include "report/compare.hpp"

#include "grid/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

namespace longyang::report {
namespace {

using results::AnyData;
using results::Stored;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// When, where to and on what it was computed.
bool left_out(std::string_view attribute) {
    static constexpr std::array<std::string_view, 9> names = {
        "started",       "ended",          "ranks",          "command_line",    "case_folder",
        "option_output", "option_threads", "option_restart", "option_write_mps"};
    return is_one_of(attribute, names);
}

/// Who computed it.
bool only_noted(std::string_view attribute) {
    return attribute == "program_version" || attribute == "git_hash" ||
           attribute.starts_with("library_");
}

bool left_out_group(std::string_view path) {
    static constexpr std::array<std::string_view, 3> names = {"stages", "forecast", "restart"};
    return is_one_of(path.substr(0, path.find('/')), names);
}

void compare_attributes(const Stored& a, const Stored& b, Comparison& out) {
    std::map<std::string, std::pair<std::string, std::string>> both;
    for (const auto& [name, value] : a.attributes) {
        both[name] = {fmt::format("'{}'", value), "nothing"};
    }
    for (const auto& [name, value] : b.attributes) {
        auto& entry = both.try_emplace(name, "nothing", "").first->second;
        entry.second = fmt::format("'{}'", value);
    }
    for (const auto& [name, values] : both) {
        if (left_out(name) || values.first == values.second) {
            continue;
        }
        const bool counts = !only_noted(name);
        out.identical = out.identical && !counts;
        out.lines.push_back(fmt::format("{}{}: {} against {}", counts ? "" : "note: ", name,
                                        values.first, values.second));
    }
}

/// Where entry `index` of a dataset lies: "coal_a, 2030-01-15T17:00".
std::string place_of(const Stored& stored, const std::string& path, const AnyData& data,
                     std::size_t index) {
    const std::string group = path.substr(0, path.rfind('/'));
    std::vector<std::string> words(data.extent.size());
    for (std::size_t k = data.extent.size(); k-- > 0;) {
        const std::size_t at = index % data.extent[k];
        index /= data.extent[k];
        const std::string& dim = data.dims[k];
        if (dim == "hour") {
            words[k] =
                grid::date_of_hour(stored.span.begin + static_cast<int>(at), stored.info.year);
            continue;
        }
        const AnyData scale = results::read_any(stored, fmt::format("{}/{}", group, dim));
        words[k] = scale.text ? scale.texts[at] : fmt::format("{} {}", dim, at);
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string sizes(const AnyData& data) {
    return data.extent.empty() ? "1 value" : fmt::format("{}", fmt::join(data.extent, " x "));
}

/// Differing entries of two datasets of the same shape, and the one that differs most.
struct Difference {
    std::size_t count = 0, most_at = 0;
    double most = -1.0;
};

Difference differing(const AnyData& a, const AnyData& b, double rtol, double atol) {
    Difference d;
    const auto note = [&](std::size_t at, double by) {
        ++d.count;
        if (by > d.most) {
            d.most = by;
            d.most_at = at;
        }
    };
    for (std::size_t i = 0; i < a.texts.size(); ++i) {
        if (a.texts[i] != b.texts[i]) {
            note(i, 0.0);
        }
    }
    for (std::size_t i = 0; i < a.numbers.size(); ++i) {
        const double x = a.numbers[i];
        const double y = b.numbers[i];
        const double by = std::abs(x - y);
        if (x == y || (std::isnan(x) && std::isnan(y))) {
            continue;
        }
        // Not a number against a number, or infinite: larger than any other difference.
        if (!std::isfinite(by)) {
            note(i, std::numeric_limits<double>::infinity());
        } else if (by > atol + rtol * std::max(std::abs(x), std::abs(y))) {
            note(i, by);
        }
    }
    return d;
}

void compare_dataset(const Stored& a, const Stored& b, const std::string& path, double rtol,
                     double atol, Comparison& out) {
    const AnyData x = results::read_any(a, path);
    const AnyData y = results::read_any(b, path);
    if (x.extent != y.extent || x.text != y.text) {
        out.identical = false;
        out.lines.push_back(fmt::format("{}: {} against {}", path, sizes(x), sizes(y)));
        return;
    }
    const Difference d = differing(x, y, rtol, atol);
    if (d.count == 0) {
        return;
    }
    out.identical = false;
    std::string values;
    if (x.text) {
        values = fmt::format("'{}' against '{}'", x.texts[d.most_at], y.texts[d.most_at]);
    } else {
        values = fmt::format("{:.9g} against {:.9g} (by {:.3g})", x.numbers[d.most_at],
                             y.numbers[d.most_at], y.numbers[d.most_at] - x.numbers[d.most_at]);
    }
    if (x.extent.empty()) {
        out.lines.push_back(fmt::format("{}: {}", path, values));
    } else {
        out.lines.push_back(fmt::format("{}: {} of {} differ, most at {}: {}", path, d.count,
                                        x.texts.size() + x.numbers.size(),
                                        place_of(a, path, x, d.most_at), values));
    }
}

} // namespace

Comparison compare_results(const Stored& a, const Stored& b, double rtol, double atol) {
    Comparison out;
    compare_attributes(a, b, out);
    auto in_a = results::dataset_paths(a);
    auto in_b = results::dataset_paths(b);
    std::sort(in_a.begin(), in_a.end());
    std::sort(in_b.begin(), in_b.end());
    std::set<std::string> all(in_a.begin(), in_a.end());
    all.insert(in_b.begin(), in_b.end());

    // The cost first: what most readers look for.
    std::vector<std::string> ordered(all.begin(), all.end());
    std::stable_partition(ordered.begin(), ordered.end(),
                          [](const std::string& p) { return p.starts_with("certificate/"); });
    for (const std::string& path : ordered) {
        if (left_out_group(path)) {
            continue;
        }
        const bool first = std::binary_search(in_a.begin(), in_a.end(), path);
        const bool second = std::binary_search(in_b.begin(), in_b.end(), path);
        if (first && second) {
            compare_dataset(a, b, path, rtol, atol, out);
        } else {
            out.identical = false;
            out.lines.push_back(fmt::format("{}: only in '{}'", path, first ? a.path : b.path));
        }
    }
    return out;
}

} // namespace longyang::report
