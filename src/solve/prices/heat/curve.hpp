#pragma once

// Internal to solve/prices: cost from an hour on by the content of a heat store (PE-79).

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::solve::prices::heat {

/// Contents this close, MWh, are one.
inline constexpr double same_mwh = 1e-9;

/// A function of a store's content, straight between points whose contents rise; infinite below the
/// first and constant above the last one (what is too much is spilt). No points: infinite.
struct Curve {
    std::vector<double> mwh, cny;

    [[nodiscard]] bool empty() const { return mwh.empty(); }
    void clear() {
        mwh.clear();
        cny.clear();
    }
    void add(double at_mwh, double at_cny) {
        mwh.push_back(at_mwh);
        cny.push_back(at_cny);
    }
    /// With so much more content for the same, at a cost.
    void move(double more_mwh, double more_cny);
    /// The value at a content.
    [[nodiscard]] double at(double content_mwh) const;
};

/// Sums and minima of curves in which nothing is mixed but within cells: a result is made convex
/// between neighbouring borders, so it is nowhere above the exact one, and equal to it at borders.
class Cells {
public:
    /// Borders rise; results reach up to the last one.
    void set(std::vector<double> borders_mwh) { borders_mwh_ = std::move(borders_mwh); }
    [[nodiscard]] double last_mwh() const { return borders_mwh_.back(); }

    /// out(y) = min over 0 <= u <= most_mwh of from(y - u) + u cny_per_mwh.
    void take(const Curve& from, double most_mwh, double cny_per_mwh, Curve& out);
    /// The smaller of two at each content.
    void lower(const Curve& a, const Curve& b, Curve& out);

private:
    void add(double mwh, double cny, Curve& out);
    void begin(Curve& out);

    std::vector<double> borders_mwh_;
    std::size_t border_ = 0; ///< the next one, as points are added
    std::size_t first_ = 0;  ///< point with which the cell at hand begins
    std::vector<std::size_t> waiting_;
};

} // namespace longyang::solve::prices::heat
