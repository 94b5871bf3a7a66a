#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::certify {

/// A stretch over which a function changes by `slope` a unit.
struct Piece {
    double length = 0.0;
    double slope = 0.0; ///< > 0, away from the place of the least value
};

/// A convex function in straight pieces on an interval, told from the place of its least value
/// outwards, so that its slopes are those that were put in, whatever its values have added up to.
struct Convex {
    double at = 0.0; ///< a place of the least value
    double least = 0.0;
    std::vector<Piece> right, left; ///< from `at` outwards, slopes not falling

    [[nodiscard]] double begin() const;
    [[nodiscard]] double end() const;
    /// Infinity outside of the interval.
    [[nodiscard]] double value(double place) const;
};

/// A convex function with its slopes from left to right, which may be negative.
struct Slopes {
    double begin = 0.0;
    double value = 0.0; ///< at `begin`
    std::vector<Piece> pieces;
};

/// The same function from its least value outwards.
void set(const Slopes& slopes, Convex& convex);

/// Goes along pieces from left to right.
class Walk {
public:
    explicit Walk(std::span<const Piece> pieces) : pieces_(pieces) {}
    /// Of the piece that begins here; 0 beyond the last one.
    [[nodiscard]] double slope() const;
    /// How far it is to the next bend; infinity beyond the last one.
    [[nodiscard]] double to_bend() const;
    /// Goes so far; gives by how much the function changes on the way.
    double go(double length);

private:
    std::span<const Piece> pieces_;
    std::size_t next_ = 0; ///< the piece that begins here, or in whose midst it is
    double gone_ = 0.0;    ///< of it
};

/// The smallest of other - under over the interval of `other`: how far `under` may be raised and
/// still be nowhere above. -infinity where `other` reaches beyond it.
[[nodiscard]] double least_difference(const Convex& other, const Convex& under);

} // namespace longyang::certify
