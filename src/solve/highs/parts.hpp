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
