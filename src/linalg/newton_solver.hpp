#pragma once

#include "base/comm.hpp"
#include "linalg/symmetric_solver.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace longyang::linalg {

/// Equations F(x) = 0, as many as unknowns, shared out over the ranks by contiguous rows: rank r
/// owns the `own_rows` rows after those of ranks 0 .. r-1. Both functions get all of x on every
/// rank.
struct Equations {
    int own_rows = 0;
    /// Puts the values of the own equations into `f` (own_rows).
    std::function<void(std::span<const double> x, std::span<double> f)> residual;
    /// Derivatives of the own equations, with global numbers; the same places in the same order in
    /// every call.
    std::function<Triplets(std::span<const double> x)> jacobian;
};

struct NewtonSettings {
    double tolerance = 1e-10; ///< largest absolute residual of any equation
    int max_steps = 50;
};

struct NewtonOutcome {
    std::vector<double> x; ///< whole, on every rank; where it did not converge, where it got to
    bool converged = false;
    int steps = 0;
    double residual = 0.0; ///< largest absolute one
    std::string reason;    ///< why it stopped, in PETSc's words
};

/// Newton's method with backtracking (PETSc SNES); the linear systems are factorised, on one rank
/// by PETSc's own LU without pivoting between rows of the given order, on several by MUMPS.
/// `start` is the same on all ranks. Collective. Throws Error (numerical) where PETSc fails
/// otherwise than by not converging, e.g. at a singular Jacobian on several ranks.
[[nodiscard]] NewtonOutcome solve_newton(const Comm& comm, const Equations& equations,
                                         std::span<const double> start,
                                         const NewtonSettings& settings);

} // namespace longyang::linalg
