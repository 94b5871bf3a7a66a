#pragma once

// Internal to solve/highs/.

#include "solve/highs/engine.hpp"
#include "solve/highs/handle.hpp"

#include <vector>

namespace longyang::solve::highs {

/// What an engine holds. The programme inside HiGHS has no integrality but while an integer
/// programme is solved or written, so that a relaxed solve finds its basis again.
struct Engine::Parts {
    Handle handle;
    std::vector<double> lower, upper; ///< the columns' own bounds
    std::vector<int> integral;        ///< HiGHS's kind, per column
    std::vector<int> integers;        ///< numbers of the integer columns
    Basis relaxed;                    ///< of the last relaxed solve
    Basis fixed;                      ///< of the last solve with fixed integers

    /// Throws Error (defect) where a point has not one value per column.
    void check_size(const std::vector<double>& point) const;

    /// Holds the integer columns at whole values for as long as it lives.
    class Held {
    public:
        /// column: one value per column of the programme; integer ones are rounded.
        Held(Parts& parts, const std::vector<double>& column);
        ~Held();
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        Held(Held&&) = delete;
        Held& operator=(Held&&) = delete;

    private:
        void set(const std::vector<double>& lower, const std::vector<double>& upper);

        Parts& parts_;
    };

    /// Makes the programme integer for as long as it lives.
    class Integral {
    public:
        explicit Integral(Parts& parts);
        ~Integral();
        Integral(const Integral&) = delete;
        Integral& operator=(const Integral&) = delete;
        Integral(Integral&&) = delete;
        Integral& operator=(Integral&&) = delete;

    private:
        Parts& parts_;
    };
};

} // namespace longyang::solve::highs
