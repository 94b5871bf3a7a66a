#include "linalg/symmetric_solver.hpp"

#include "base/error.hpp"
#include "linalg/petsc_check.hpp"

#include <fmt/format.h>
#include <petscmat.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace longyang::linalg {
namespace {

constexpr int batch_columns = 256;
constexpr double largest_relative_residual = 1e-9;

/// Owns one PETSc matrix.
class Matrix {
public:
    Matrix() = default;
    ~Matrix() { MatDestroy(&raw_); }
    Matrix(const Matrix&) = delete;
    Matrix& operator=(const Matrix&) = delete;
    Matrix(Matrix&&) = delete;
    Matrix& operator=(Matrix&&) = delete;
    [[nodiscard]] Mat get() const { return raw_; }
    [[nodiscard]] Mat* put() { return &raw_; }

private:
    Mat raw_ = nullptr;
};

/// Owns the two index sets of an ordering.
struct Ordering {
    IS rows = nullptr;
    IS columns = nullptr;
    Ordering() = default;
    ~Ordering() {
        ISDestroy(&rows);
        ISDestroy(&columns);
    }
    Ordering(const Ordering&) = delete;
    Ordering& operator=(const Ordering&) = delete;
    Ordering(Ordering&&) = delete;
    Ordering& operator=(Ordering&&) = delete;
};

void require_rows(const Triplets& entries, int begin, int end, int columns, const char* what) {
    for (std::size_t k = 0; k < entries.row.size(); ++k) {
        if (entries.row[k] < begin || entries.row[k] >= end || entries.column[k] < 0 ||
            entries.column[k] >= columns) {
            throw Error(Exit::defect,
                        fmt::format("{} names entry ({}, {}); this rank owns rows {} to {} of {} "
                                    "columns",
                                    what, entries.row[k], entries.column[k], begin, end - 1,
                                    columns));
        }
    }
}

void assemble(Mat matrix, const char* doing) {
    check(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), doing);
    check(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), doing);
}

/// Largest absolute entry over all ranks; not-a-number if any entry is. Collective.
double largest_entry(const Comm& comm, Mat dense, int own_rows, int columns) {
    const PetscScalar* values = nullptr;
    PetscInt stride = 0;
    check(MatDenseGetLDA(dense, &stride), "reading a dense matrix");
    check(MatDenseGetArrayRead(dense, &values), "reading a dense matrix");
    double largest = 0.0;
    bool all_numbers = true;
    for (int c = 0; c < columns; ++c) {
        for (int r = 0; r < own_rows; ++r) {
            const double entry = std::abs(values[static_cast<std::ptrdiff_t>(c) * stride + r]);
            all_numbers = all_numbers && std::isfinite(entry);
            largest = std::max(largest, entry);
        }
    }
    check(MatDenseRestoreArrayRead(dense, &values), "reading a dense matrix");
    const bool good = sum(comm, all_numbers ? 0LL : 1LL) == 0;
    return good ? max(comm, largest) : std::nan("");
}

const char* words_of(MatFactorError error) {
    switch (error) {
    case MAT_FACTOR_STRUCT_ZEROPIVOT:
        return "structurally singular";
    case MAT_FACTOR_NUMERIC_ZEROPIVOT:
        return "singular";
    case MAT_FACTOR_OUTMEMORY:
        return "out of memory";
    default:
        return "the factorisation package reports an error";
    }
}

} // namespace

struct SymmetricSolver::Parts {
    Comm comm;
    int own_rows;
    std::vector<int> row_of_rank; ///< first row of each rank, and the size at the end
    Matrix matrix;
    Matrix factor;

    Parts(const Comm& comm_, int own_rows_) : comm(comm_), own_rows(own_rows_) {
        std::vector<int> rows(static_cast<std::size_t>(comm.size()));
        MPI_Allgather(&own_rows, 1, MPI_INT, rows.data(), 1, MPI_INT, comm.raw());
        row_of_rank.resize(rows.size() + 1, 0);
        std::inclusive_scan(rows.begin(), rows.end(), row_of_rank.begin() + 1);
    }

    [[nodiscard]] int size() const { return row_of_rank.back(); }
    [[nodiscard]] int first_row() const {
        return row_of_rank[static_cast<std::size_t>(comm.rank())];
    }

    void fill(const Triplets& entries) {
        const char* doing = "putting together a sparse matrix";
        check(MatCreate(comm.raw(), matrix.put()), doing);
        check(MatSetSizes(matrix.get(), own_rows, own_rows, size(), size()), doing);
        check(MatSetType(matrix.get(), MATAIJ), doing);
        // Upper bounds of the entries in each row: those that add up are counted twice, which costs
        // little.
        std::vector<PetscInt> inside(static_cast<std::size_t>(own_rows), 0);
        std::vector<PetscInt> outside(static_cast<std::size_t>(own_rows), 0);
        const int begin = first_row();
        for (std::size_t k = 0; k < entries.row.size(); ++k) {
            const bool own = entries.column[k] >= begin && entries.column[k] < begin + own_rows;
            ++(own ? inside : outside)[static_cast<std::size_t>(entries.row[k] - begin)];
        }
        for (PetscInt& n : inside) {
            n = std::min<PetscInt>(n, own_rows);
        }
        for (PetscInt& n : outside) {
            n = std::min<PetscInt>(n, size() - own_rows);
        }
        check(MatXAIJSetPreallocation(matrix.get(), 1, inside.data(), outside.data(), nullptr,
                                      nullptr),
              doing);
        for (std::size_t k = 0; k < entries.row.size(); ++k) {
            check(MatSetValue(matrix.get(), entries.row[k], entries.column[k], entries.value[k],
                              ADD_VALUES),
                  doing);
        }
        assemble(matrix.get(), doing);
        check(MatSetOption(matrix.get(), MAT_SYMMETRIC, PETSC_TRUE), doing);
    }

    void factorise() {
        const char* doing = "factorising a sparse matrix";
        const char* package = comm.size() == 1 ? MATSOLVERPETSC : MATSOLVERMUMPS;
        check(MatGetFactor(matrix.get(), package, MAT_FACTOR_CHOLESKY, factor.put()), doing);
        MatFactorInfo info;
        check(MatFactorInfoInitialize(&info), doing);
        info.fill = 5.0;
        Ordering ordering;
        if (comm.size() == 1) { // MUMPS orders by itself
            check(MatGetOrdering(matrix.get(), MATORDERINGND, &ordering.rows, &ordering.columns),
                  doing);
        }
        check(MatCholeskyFactorSymbolic(factor.get(), matrix.get(), ordering.rows, &info), doing);
        check(MatCholeskyFactorNumeric(factor.get(), matrix.get(), &info), doing);
        MatFactorError error = MAT_FACTOR_NOERROR;
        check(MatFactorGetError(factor.get(), &error), doing);
        if (error != MAT_FACTOR_NOERROR) {
            PetscReal pivot = 0.0;
            PetscInt row = -1;
            MatFactorGetErrorZeroPivot(factor.get(), &pivot, &row);
            throw Error(Exit::numerical,
                        fmt::format("factorising a sparse matrix failed: {} (matrix of {} rows, "
                                    "pivot {} in row {})",
                                    words_of(error), size(), pivot, row));
        }
    }

    /// What is left of the right-hand sides, in `out`: b - A x.
    void residual(Mat b, Mat x, Mat out, const char* doing) const {
        check(MatMatMult(matrix.get(), x, MAT_REUSE_MATRIX, PETSC_DEFAULT, &out), doing);
        check(MatAYPX(out, -1.0, b, SAME_NONZERO_PATTERN), doing);
    }

    /// Sends every column's piece on this rank to the column's owner and appends the columns that
    /// come to this rank to `to`.
    void deliver(Mat x, int first_column, std::span<const int> owner, Solutions& to) const {
        const auto ranks = static_cast<std::size_t>(comm.size());
        const auto n = static_cast<std::size_t>(size());
        std::vector<int> columns_of(ranks, 0);
        for (const int rank : owner) {
            ++columns_of[static_cast<std::size_t>(rank)];
        }
        const int mine = columns_of[static_cast<std::size_t>(comm.rank())];
        std::vector<int> send_count(ranks), send_at(ranks), get_count(ranks), get_at(ranks);
        for (std::size_t r = 0; r < ranks; ++r) {
            send_count[r] = columns_of[r] * own_rows;
            get_count[r] = mine * (row_of_rank[r + 1] - row_of_rank[r]);
        }
        std::exclusive_scan(send_count.begin(), send_count.end(), send_at.begin(), 0);
        std::exclusive_scan(get_count.begin(), get_count.end(), get_at.begin(), 0);

        const char* doing = "reading solutions";
        const PetscScalar* values = nullptr;
        PetscInt stride = 0;
        check(MatDenseGetLDA(x, &stride), doing);
        check(MatDenseGetArrayRead(x, &values), doing);
        std::vector<double> send(owner.size() * static_cast<std::size_t>(own_rows));
        std::vector<int> next = send_at;
        for (std::size_t c = 0; c < owner.size(); ++c) {
            int& at = next[static_cast<std::size_t>(owner[c])];
            std::copy_n(values + static_cast<std::ptrdiff_t>(c) * stride, own_rows,
                        send.begin() + at);
            at += own_rows;
        }
        check(MatDenseRestoreArrayRead(x, &values), doing);
        std::vector<double> got(static_cast<std::size_t>(mine) * n);
        MPI_Alltoallv(send.data(), send_count.data(), send_at.data(), MPI_DOUBLE, got.data(),
                      get_count.data(), get_at.data(), MPI_DOUBLE, comm.raw());

        const std::size_t before = to.value.size();
        to.value.resize(before + got.size());
        for (std::size_t r = 0; r < ranks; ++r) {
            const int rows = row_of_rank[r + 1] - row_of_rank[r];
            for (int c = 0; c < mine; ++c) {
                std::copy_n(
                    got.begin() + get_at[r] + static_cast<std::ptrdiff_t>(c) * rows, rows,
                    to.value.begin() +
                        static_cast<std::ptrdiff_t>(before + static_cast<std::size_t>(c) * n) +
                        row_of_rank[r]);
            }
        }
        for (std::size_t c = 0; c < owner.size(); ++c) {
            if (owner[c] == comm.rank()) {
                to.column.push_back(first_column + static_cast<int>(c));
            }
        }
    }
};

SymmetricSolver::SymmetricSolver(const Comm& comm, int own_rows, const Triplets& entries)
    : parts_(std::make_unique<Parts>(comm, own_rows)) {
    agree(comm, [&] {
        require_rows(entries, parts_->first_row(), parts_->first_row() + own_rows, parts_->size(),
                     "a matrix");
    });
    if (parts_->size() > 0) {
        parts_->fill(entries);
        parts_->factorise();
    }
}

SymmetricSolver::~SymmetricSolver() = default;
SymmetricSolver::SymmetricSolver(SymmetricSolver&&) noexcept = default;
SymmetricSolver& SymmetricSolver::operator=(SymmetricSolver&&) noexcept = default;

int SymmetricSolver::size() const {
    return parts_->size();
}

int SymmetricSolver::first_row() const {
    return parts_->first_row();
}

Solutions SymmetricSolver::solve(const Triplets& rhs, std::span<const int> owner_of_column) const {
    const char* doing = "solving a sparse system";
    const Parts& p = *parts_;
    const auto columns = static_cast<int>(owner_of_column.size());
    agree(p.comm, [&] {
        require_rows(rhs, p.first_row(), p.first_row() + p.own_rows, columns, "a right-hand side");
    });
    std::vector<std::size_t> by_column(rhs.row.size());
    std::iota(by_column.begin(), by_column.end(), std::size_t{0});
    std::stable_sort(by_column.begin(), by_column.end(), [&rhs](std::size_t a, std::size_t b) {
        return rhs.column[a] < rhs.column[b];
    });

    Solutions solutions;
    auto next = by_column.begin();
    for (int first = 0; first < columns && p.size() > 0; first += batch_columns) {
        const int n = std::min(batch_columns, columns - first);
        Matrix b, x, left, correction;
        check(MatCreateDense(p.comm.raw(), p.own_rows, PETSC_DECIDE, p.size(), n, nullptr, b.put()),
              doing);
        for (; next != by_column.end() && rhs.column[*next] < first + n; ++next) {
            check(MatSetValue(b.get(), rhs.row[*next], rhs.column[*next] - first, rhs.value[*next],
                              ADD_VALUES),
                  doing);
        }
        assemble(b.get(), doing);
        check(MatDuplicate(b.get(), MAT_DO_NOT_COPY_VALUES, x.put()), doing);
        check(MatDuplicate(b.get(), MAT_DO_NOT_COPY_VALUES, correction.put()), doing);
        check(MatMatSolve(p.factor.get(), b.get(), x.get()), doing);

        // One step of refinement: the answer then hardly depends on which package made the factor,
        // nor on how many ranks it was made.
        check(MatMatMult(p.matrix.get(), x.get(), MAT_INITIAL_MATRIX, PETSC_DEFAULT, left.put()),
              doing);
        check(MatAYPX(left.get(), -1.0, b.get(), SAME_NONZERO_PATTERN), doing);
        check(MatMatSolve(p.factor.get(), left.get(), correction.get()), doing);
        check(MatAXPY(x.get(), 1.0, correction.get(), SAME_NONZERO_PATTERN), doing);

        // A nearly singular matrix passes the factorisation without a word; it shows here.
        p.residual(b.get(), x.get(), left.get(), doing);
        const double scale = largest_entry(p.comm, b.get(), p.own_rows, n);
        const double off = largest_entry(p.comm, left.get(), p.own_rows, n);
        const double relative = scale > 0.0 ? off / scale : off;
        if (!(relative <= largest_relative_residual)) {
            throw Error(
                Exit::numerical,
                fmt::format("solving a sparse system failed: relative residual {:.1e} of {} "
                            "right-hand sides, at most {:.0e} is accepted; the matrix may "
                            "be singular",
                            relative, n, largest_relative_residual));
        }
        solutions.relative_residual = std::max(solutions.relative_residual, relative);
        p.deliver(
            x.get(), first,
            owner_of_column.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(n)),
            solutions);
    }
    return solutions;
}

} // namespace longyang::linalg
