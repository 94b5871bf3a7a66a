#pragma once

#include "results/content.hpp"

#include <span>
#include <string>
#include <vector>

/// The one place that says what a results file consists of. The writer, the reader and
/// docs/formats/results.md follow it.
namespace longyang::results {

/// Root attribute `kind` of every results file.
inline constexpr const char* file_kind = "longyang results";
/// Raised with every change after which an older reader would misread a file.
inline constexpr int format_version = 1;

enum class Type { number, integer, text };

struct Dataset {
    std::string group, name;
    std::vector<std::string> dims; ///< names of its dimension scales, in the same group
    Type type = Type::number;
    std::string unit; ///< "1" where it has none
    std::string meaning;

    /// Where an hourly dataset comes from: a member of the schedule or of the content; none of
    /// them: it is worked out when the file is written (derived.hpp, write.cpp).
    grid::HourTable grid::Schedule::*of_schedule = nullptr;
    grid::HourTable Content::*of_content = nullptr;
    /// Who owns the rows; null: whole on every rank.
    std::vector<int> partition::Owners::*owner = nullptr;

    [[nodiscard]] std::string path() const { return group + "/" + name; }
    [[nodiscard]] bool hourly() const { return !dims.empty() && dims.back() == "hour"; }
};

struct Group {
    std::string name, meaning;
    /// The case's table whose rows its dimension `name` lists; null: it has no such dimension.
    const grid::Rows& (*rows)(const grid::System&) = nullptr;
};

/// Root attributes besides option_* and library_*.
struct Attribute {
    std::string name, type, meaning;
};

[[nodiscard]] std::span<const Group> groups();
[[nodiscard]] std::span<const Dataset> datasets();
[[nodiscard]] std::span<const Attribute> attributes();

/// Throws Error (defect) where there is no such dataset.
[[nodiscard]] const Dataset& dataset(const std::string& path);

/// docs/formats/results.md.
[[nodiscard]] std::string describe_format();

} // namespace longyang::results
