#pragma once

#include "base/comm.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace longyang::linalg {

/// Entries of a sparse matrix. Entries at the same place add up.
struct Triplets {
    std::vector<int> row;
    std::vector<int> column;
    std::vector<double> value;

    void add(int r, int c, double v) {
        row.push_back(r);
        column.push_back(c);
        value.push_back(v);
    }
};

/// Whole solution vectors of the columns that this rank owns, and how well they fit.
struct Solutions {
    std::vector<int> column;   ///< ascending
    std::vector<double> value; ///< columns x matrix size, row-major: one solution after the other
    /// Largest |b - A x| of any entry over the largest |b| of its batch, of all ranks' columns.
    double relative_residual = 0.0;
};

/// A symmetric sparse matrix, shared out over the ranks by contiguous rows and factorised once. One
/// rank: PETSc's own Cholesky (L D L' with nested dissection); several: MUMPS. Both take indefinite
/// matrices.
class SymmetricSolver {
public:
    /// Collective. Rank r owns the `own_rows` rows after those of ranks 0 .. r-1 (0 is allowed).
    /// `entries` names both triangles, with global numbers, and only rows that this rank owns.
    /// Throws Error: numerical, with PETSc's words, where the matrix cannot be factorised
    /// (singular); defect where an entry lies outside.
    SymmetricSolver(const Comm& comm, int own_rows, const Triplets& entries);
    ~SymmetricSolver();
    SymmetricSolver(SymmetricSolver&&) noexcept;
    SymmetricSolver& operator=(SymmetricSolver&&) noexcept;
    SymmetricSolver(const SymmetricSolver&) = delete;
    SymmetricSolver& operator=(const SymmetricSolver&) = delete;

    [[nodiscard]] int size() const;      ///< of the whole matrix
    [[nodiscard]] int first_row() const; ///< of this rank

    /// Solves A X = B for `owner_of_column.size()` right-hand sides, with one step of iterative
    /// refinement. `rhs` names only rows that this rank owns. Every rank gets the columns c with
    /// owner_of_column[c] = its number (the same list on all ranks). Works in batches of 256
    /// columns: memory beyond the result is 4 x own rows x 256 numbers. Collective. Throws Error
    /// (numerical) where the solve fails or the relative residual exceeds 1e-9.
    [[nodiscard]] Solutions solve(const Triplets& rhs, std::span<const int> owner_of_column) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace longyang::linalg
