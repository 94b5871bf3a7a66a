#include "solve/prices/bound.hpp"

#include <cmath>
#include <cstddef>

namespace longyang::solve::prices {

// PE-2  sum over rows of y L where y > 0, y U where y < 0
double value_of_rows(const lp::Coupling& coupling, std::span<const double> row_price) {
    // More digits than a double has: large parts cancel.
    long double value = 0.0;
    for (std::size_t r = 0; r < row_price.size(); ++r) {
        const double y = row_price[r];
        if (y != 0.0) {
            value += static_cast<long double>(y) *
                     (y > 0.0 ? coupling.rows[r].lower : coupling.rows[r].upper);
        }
    }
    return static_cast<double>(value);
}

double down_to_grid(double value, double step) {
    return std::floor(value / step) * step;
}

} // namespace longyang::solve::prices
