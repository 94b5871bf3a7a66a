#include "report/compare.hpp"

#include "base/error.hpp"
#include "grid/calendar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

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

/// Names along a dimension, each once, and their places.
struct Names {
    std::vector<std::string> list;
    std::map<std::string, std::size_t> place;
};

/// One of the two files.
class Side {
public:
    explicit Side(const Stored& stored) : stored_(stored), paths_(results::dataset_paths(stored)) {
        std::sort(paths_.begin(), paths_.end());
    }
    [[nodiscard]] const Stored& stored() const { return stored_; }
    [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }
    [[nodiscard]] bool has(const std::string& path) const {
        return std::binary_search(paths_.begin(), paths_.end(), path);
    }
    /// Of the scale of a dimension in a group; none where that is no list of texts, or has one
    /// twice.
    const Names& names(const std::string& group, const std::string& dim);

private:
    const Stored& stored_;
    std::vector<std::string> paths_;
    std::map<std::string, Names> names_;
};

const Names& Side::names(const std::string& group, const std::string& dim) {
    const std::string scale = fmt::format("{}/{}", group, dim);
    const auto [found, fresh] = names_.try_emplace(scale);
    Names& names = found->second;
    if (!fresh || dim == "hour" || !has(scale)) {
        return names;
    }
    names.list = results::read_any(stored_, scale).texts;
    for (std::size_t i = 0; i < names.list.size(); ++i) {
        names.place.emplace(names.list[i], i);
    }
    if (names.place.size() != names.list.size()) {
        names = {};
    }
    return names;
}

std::string group_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
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
std::string place_of(Side& side, const std::string& path, const AnyData& data, std::size_t index) {
    const Stored& stored = side.stored();
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
        const Names& names = side.names(group_of(path), dim);
        words[k] = names.list.empty() ? fmt::format("{} {}", dim, at) : names.list[at];
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string sizes(const AnyData& data) {
    return data.extent.empty() ? "1 value" : fmt::format("{}", fmt::join(data.extent, " x "));
}

/// Places along a dimension of two datasets that belong together.
struct Pairs {
    std::vector<std::size_t> a, b;
};

/// By their names where both have some, else by place; nothing where there are not as many.
std::optional<Pairs> pairs_of(const Names& a, const Names& b, std::size_t extent_a,
                              std::size_t extent_b) {
    Pairs pairs;
    if (a.list.empty() || b.list.empty()) {
        if (extent_a != extent_b) {
            return std::nullopt;
        }
        pairs.a.resize(extent_a);
        std::iota(pairs.a.begin(), pairs.a.end(), std::size_t{0});
        pairs.b = pairs.a;
        return pairs;
    }
    for (std::size_t i = 0; i < a.list.size(); ++i) {
        if (const auto found = b.place.find(a.list[i]); found != b.place.end()) {
            pairs.a.push_back(i);
            pairs.b.push_back(found->second);
        }
    }
    return pairs;
}

/// Indices of all entries at the places given along each dimension, the last one fastest.
std::vector<std::size_t> entries_at(const std::vector<std::vector<std::size_t>>& places,
                                    const std::vector<std::size_t>& extent) {
    std::vector<std::size_t> entries{0};
    for (std::size_t k = 0; k < extent.size(); ++k) {
        std::vector<std::size_t> next;
        next.reserve(entries.size() * places[k].size());
        for (const std::size_t entry : entries) {
            for (const std::size_t place : places[k]) {
                next.push_back(entry * extent[k] + place);
            }
        }
        entries = std::move(next);
    }
    return entries;
}

/// Entries of two datasets that belong together; nothing where their shapes do not fit.
std::optional<Pairs> entries_of(Side& a, Side& b, const std::string& path, const AnyData& x,
                                const AnyData& y) {
    if (x.dims != y.dims || x.text != y.text || x.extent.size() != y.extent.size()) {
        return std::nullopt;
    }
    std::vector<std::vector<std::size_t>> places_a;
    std::vector<std::vector<std::size_t>> places_b;
    for (std::size_t k = 0; k < x.extent.size(); ++k) {
        auto pairs = pairs_of(a.names(group_of(path), x.dims[k]),
                              b.names(group_of(path), x.dims[k]), x.extent[k], y.extent[k]);
        if (!pairs) {
            return std::nullopt;
        }
        places_a.push_back(std::move(pairs->a));
        places_b.push_back(std::move(pairs->b));
    }
    return Pairs{entries_at(places_a, x.extent), entries_at(places_b, y.extent)};
}

/// Differing entries of two datasets, and the pair that differs most.
struct Difference {
    std::size_t count = 0, most_at = 0;
    double most = -1.0;
};

Difference differing(const AnyData& a, const AnyData& b, const Pairs& pairs, double rtol,
                     double atol) {
    Difference d;
    const auto note = [&](std::size_t at, double by) {
        ++d.count;
        if (by > d.most) {
            d.most = by;
            d.most_at = at;
        }
    };
    for (std::size_t i = 0; i < pairs.a.size(); ++i) {
        if (a.text) {
            if (a.texts[pairs.a[i]] != b.texts[pairs.b[i]]) {
                note(i, 0.0);
            }
            continue;
        }
        const double x = a.numbers[pairs.a[i]];
        const double y = b.numbers[pairs.b[i]];
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

/// Names that only one of the two has, at most some of them told; a mere other order is noted.
void compare_names(const Names& a, const Names& b, const std::string& path, Comparison& out) {
    constexpr std::size_t most_told = 5;
    bool same = true;
    const auto tell = [&](const Names& own, const Names& other, const char* which) {
        std::vector<std::string> missing;
        std::copy_if(own.list.begin(), own.list.end(), std::back_inserter(missing),
                     [&](const std::string& name) { return other.place.count(name) == 0; });
        if (missing.empty()) {
            return;
        }
        same = false;
        const std::size_t more = missing.size() - std::min(missing.size(), most_told);
        missing.resize(missing.size() - more);
        out.lines.push_back(fmt::format("{}: only in the {}: {}{}", path, which,
                                        fmt::join(missing, ", "),
                                        more > 0 ? fmt::format(" and {} more", more) : ""));
    };
    tell(a, b, "first");
    tell(b, a, "second");
    out.identical = out.identical && same;
    if (same && a.list != b.list) {
        out.lines.push_back(fmt::format("note: {}: the same names in another order", path));
    }
}

/// NaN: the run has no such figure.
std::string numbers_told(double a, double b) {
    const auto told = [](double value) {
        return std::isnan(value) ? std::string("no figure") : fmt::format("{:.9g}", value);
    };
    const bool both = !std::isnan(a) && !std::isnan(b);
    return fmt::format("{} against {}{}", told(a), told(b),
                       both ? fmt::format(" (by {:.3g})", b - a) : "");
}

void compare_dataset(Side& a, Side& b, const std::string& path, double rtol, double atol,
                     Comparison& out) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const Names& names_a = a.names(group_of(path), name);
    const Names& names_b = b.names(group_of(path), name);
    const AnyData x = results::read_any(a.stored(), path);
    const AnyData y = results::read_any(b.stored(), path);
    const bool scale = x.dims == std::vector{name} && !names_a.list.empty();
    if (scale && !names_b.list.empty()) {
        compare_names(names_a, names_b, path, out);
        return;
    }
    const std::optional<Pairs> pairs = entries_of(a, b, path, x, y);
    if (!pairs) {
        out.identical = false;
        const auto shape = [&](const AnyData& data) {
            return x.text != y.text       ? std::string(data.text ? "texts" : "numbers")
                   : x.extent == y.extent ? fmt::format("by {}", fmt::join(data.dims, " x "))
                                          : sizes(data);
        };
        out.lines.push_back(fmt::format("{}: {} against {}", path, shape(x), shape(y)));
        return;
    }
    const Difference d = differing(x, y, *pairs, rtol, atol);
    if (d.count == 0) {
        return;
    }
    out.identical = false;
    const std::size_t at_a = pairs->a[d.most_at];
    const std::size_t at_b = pairs->b[d.most_at];
    std::string values;
    if (x.text) {
        values = fmt::format("'{}' against '{}'", x.texts[at_a], y.texts[at_b]);
    } else {
        values = numbers_told(x.numbers[at_a], y.numbers[at_b]);
    }
    if (x.extent.empty()) {
        out.lines.push_back(fmt::format("{}: {}", path, values));
    } else {
        out.lines.push_back(fmt::format("{}: {} of {} differ, most at {}: {}", path, d.count,
                                        pairs->a.size(), place_of(a, path, x, at_a), values));
    }
}

} // namespace

Comparison compare_results(const Stored& a, const Stored& b, double rtol, double atol) {
    for (const double tolerance : {rtol, atol}) {
        if (!(tolerance >= 0.0) || !std::isfinite(tolerance)) {
            throw Error(
                Exit::usage,
                fmt::format("a tolerance of {}: expected a number of 0 or more", tolerance));
        }
    }
    Comparison out;
    compare_attributes(a, b, out);
    Side first(a);
    Side second(b);
    std::set<std::string> all(first.paths().begin(), first.paths().end());
    all.insert(second.paths().begin(), second.paths().end());

    // The cost first: what most readers look for.
    std::vector<std::string> ordered(all.begin(), all.end());
    std::stable_partition(ordered.begin(), ordered.end(),
                          [](const std::string& p) { return p.starts_with("certificate/"); });
    for (const std::string& path : ordered) {
        if (left_out_group(path)) {
            continue;
        }
        if (first.has(path) && second.has(path)) {
            compare_dataset(first, second, path, rtol, atol, out);
        } else {
            out.identical = false;
            out.lines.push_back(
                fmt::format("{}: only in '{}'", path, first.has(path) ? a.path : b.path));
        }
    }
    return out;
}

} // namespace longyang::report
