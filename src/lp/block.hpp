#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A mixed-integer linear programme in block form: each block has its own columns and rows, and
/// gives to shared channels (energy at a bus in an hour, reserve, ...) through its ports; coupling
/// rows bind channels. Knows no plant. Equations: docs/theory/block-form.md.
namespace longyang::lp {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// A coefficient of a row.
struct Term {
    int column = 0;
    double value = 0.0;
};

/// What a column or row is: its family (a number in Block::families) and the hour of the span that
/// it stands for, -1 for none.
struct Label {
    int family = 0;
    int hour = -1;
};

/// `value` times a column is given to a channel in an hour; column = -1: the constant `value` is.
struct Port {
    int channel = 0;
    int hour = 0;
    int column = -1;
    double value = 0.0;
};

/// The own columns and rows of one plant, cascade or load, over a span of hours (0 .. hours - 1):
///
///     minimise  fixed_cost + cost'x   subject to  row_lower <= A x <= row_upper,  lower <= x <=
///     upper, x_j whole where integer[j]
///
/// Rows are stored by row (CSR), with columns in the order they were given; a column stands at most
/// once in a row. Cost in CNY; units of columns are those of their family.
struct Block {
    std::string name; ///< unique in the programme, as "thermal:datong_coal"
    int order = 0;    ///< place in the whole programme, the same for any number of ranks
    std::vector<std::string>
        families; ///< kinds of columns ("thermal_on") and tags of rows ("TH-3")
    double fixed_cost = 0.0;

    std::vector<double> cost, lower, upper;
    std::vector<char> integer;
    std::vector<Label> column_label;

    std::vector<double> row_lower, row_upper;
    std::vector<Label> row_label;
    std::vector<std::int64_t> row_start{0};
    std::vector<int> row_column;
    std::vector<double> row_value;

    std::vector<Port> ports;

    [[nodiscard]] int columns() const { return static_cast<int>(cost.size()); }
    [[nodiscard]] int rows() const { return static_cast<int>(row_lower.size()); }

    /// The number of a family, added where it is new.
    int family(std::string_view family_name);
    /// Adds a column and gives its number. Throws Error (defect) where lower > upper or a bound is
    /// NaN.
    int add_column(int family, int hour, double column_lower, double column_upper,
                   double column_cost, bool whole = false);
    /// Adds a row and gives its number; terms with value 0 are left out. Throws Error (defect)
    /// where a column does not exist or lower > upper.
    int add_row(int family, int hour, double lower_limit, double upper_limit,
                std::span<const Term> terms);
    int add_row(int family, int hour, double lower_limit, double upper_limit,
                std::initializer_list<Term> terms) {
        return add_row(family, hour, lower_limit, upper_limit,
                       std::span<const Term>(terms.begin(), terms.size()));
    }
    /// Gives `value` x column to a channel in an hour; a constant where column is -1. 0 is left
    /// out.
    void add_port(int channel, int hour, int column, double value);
    /// Empties the block and keeps its memory, so that another span is built in place.
    void clear();
};

/// For messages between ranks; the bytes are those of the same kind of machine.
[[nodiscard]] std::vector<std::byte> to_bytes(std::span<const Block> blocks);
[[nodiscard]] std::vector<Block> from_bytes(std::span<const std::byte> bytes);

} // namespace longyang::lp
