#include "caseio/imports/convex_curve.hpp"

#include <algorithm>
#include <cstddef>

namespace longyang::caseio::imports {

std::vector<double> convex_and_rising(const std::vector<double>& p, const std::vector<double>& c,
                                      double least_slope_per_mwh) {
    std::vector<std::size_t> hull;
    const auto slope = [&](std::size_t a, std::size_t b) { return (c[b] - c[a]) / (p[b] - p[a]); };
    for (std::size_t k = 0; k < p.size(); ++k) {
        while (hull.size() >= 2 &&
               slope(hull[hull.size() - 2], hull.back()) >= slope(hull.back(), k)) {
            hull.pop_back();
        }
        hull.push_back(k);
    }
    std::vector<double> result = {c[0]};
    for (std::size_t h = 1; h < hull.size(); ++h) {
        const double s = std::max(slope(hull[h - 1], hull[h]), least_slope_per_mwh);
        for (std::size_t k = hull[h - 1] + 1; k <= hull[h]; ++k) {
            result.push_back(result.back() + s * (p[k] - p[k - 1]));
        }
    }
    return result;
}

} // namespace longyang::caseio::imports
