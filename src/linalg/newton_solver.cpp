#include "linalg/newton_solver.hpp"

#include "linalg/petsc_check.hpp"

#include <petscsnes.h>

#include <algorithm>
#include <memory>

namespace longyang::linalg {
namespace {

/// Frees one PETSc object with its scope.
template <class T, PetscErrorCode (*destroy)(T*)>
class Owned {
public:
    Owned() = default;
    ~Owned() { destroy(&raw_); }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    Owned(Owned&&) = delete;
    Owned& operator=(Owned&&) = delete;
    [[nodiscard]] T get() const { return raw_; }
    [[nodiscard]] T* put() { return &raw_; }

private:
    T raw_ = nullptr;
};

/// What PETSc's callbacks get. They do not throw: PETSc is C.
struct Context {
    const Equations* equations = nullptr;
    double tolerance = 0.0;
    double largest = 0.0; ///< residual of the last convergence test
    Owned<VecScatter, VecScatterDestroy> to_all;
    Owned<Vec, VecDestroy> whole;

    /// All of x on this rank.
    PetscErrorCode gather(Vec x) {
        PetscErrorCode code =
            VecScatterBegin(to_all.get(), x, whole.get(), INSERT_VALUES, SCATTER_FORWARD);
        return code != 0
                   ? code
                   : VecScatterEnd(to_all.get(), x, whole.get(), INSERT_VALUES, SCATTER_FORWARD);
    }
    template <class Work>
    PetscErrorCode with_whole(Vec x, const Work& work) {
        PetscErrorCode code = gather(x);
        const PetscScalar* values = nullptr;
        PetscInt size = 0;
        code = code != 0 ? code : VecGetSize(whole.get(), &size);
        code = code != 0 ? code : VecGetArrayRead(whole.get(), &values);
        if (code != 0) {
            return code;
        }
        code = work(std::span<const double>(values, static_cast<std::size_t>(size)));
        return code != 0 ? code : VecRestoreArrayRead(whole.get(), &values);
    }
};

PetscErrorCode residual(SNES /*solver*/, Vec x, Vec f, void* context) {
    auto& c = *static_cast<Context*>(context);
    return c.with_whole(x, [&](std::span<const double> all) -> PetscErrorCode {
        PetscScalar* values = nullptr;
        const PetscErrorCode code = VecGetArray(f, &values);
        if (code != 0) {
            return code;
        }
        c.equations->residual(
            all, std::span<double>(values, static_cast<std::size_t>(c.equations->own_rows)));
        return VecRestoreArray(f, &values);
    });
}

PetscErrorCode jacobian(SNES /*solver*/, Vec x, Mat matrix, Mat /*preconditioner*/, void* context) {
    auto& c = *static_cast<Context*>(context);
    return c.with_whole(x, [&](std::span<const double> all) {
        return MatSetValuesCOO(matrix, c.equations->jacobian(all).value.data(), INSERT_VALUES);
    });
}

#if PETSC_VERSION_LT(3, 25, 0)
constexpr SNESConvergedReason no_number = SNES_DIVERGED_FNORM_NAN;
#else
constexpr SNESConvergedReason no_number = SNES_DIVERGED_FUNCTION_NANORINF;
#endif

/// By the largest entry, not by a norm that grows with the number of equations.
PetscErrorCode converged(SNES solver, PetscInt step, PetscReal /*x_norm*/, PetscReal /*step_norm*/,
                         PetscReal f_norm, SNESConvergedReason* reason, void* context) {
    auto& c = *static_cast<Context*>(context);
    Vec f = nullptr;
    PetscErrorCode code = SNESGetFunction(solver, &f, nullptr, nullptr);
    code = code != 0 ? code : VecNorm(f, NORM_INFINITY, &c.largest);
    PetscInt most = 0;
    code = code != 0 ? code : SNESGetTolerances(solver, nullptr, nullptr, nullptr, &most, nullptr);
    *reason = PetscIsInfOrNanReal(f_norm) ? no_number
              : c.largest <= c.tolerance  ? SNES_CONVERGED_FNORM_ABS
              : step >= most              ? SNES_DIVERGED_MAX_IT
                                          : SNES_CONVERGED_ITERATING;
    return code;
}

void choose_linear_solver(const Comm& comm, SNES solver, const char* doing) {
    KSP linear = nullptr;
    PC factor = nullptr;
    check(SNESGetKSP(solver, &linear), doing);
    check(KSPSetType(linear, KSPPREONLY), doing);
    check(KSPGetPC(linear, &factor), doing);
    check(PCSetType(factor, PCLU), doing);
    check(PCFactorSetMatSolverType(factor, comm.size() > 1 ? MATSOLVERMUMPS : MATSOLVERPETSC),
          doing);
    if (comm.size() == 1) {
        check(PCFactorSetMatOrderingType(factor, MATORDERINGND), doing);
    }
}

/// A matrix with the places of the Jacobian, which stay the same.
void make_matrix(const Comm& comm, const Equations& equations, std::span<const double> start,
                 Mat* matrix, const char* doing) {
    Triplets places = equations.jacobian(start);
    check(MatCreate(comm.raw(), matrix), doing);
    check(MatSetSizes(*matrix, equations.own_rows, equations.own_rows, PETSC_DETERMINE,
                      PETSC_DETERMINE),
          doing);
    check(MatSetType(*matrix, MATAIJ), doing);
    check(MatSetPreallocationCOO(*matrix, static_cast<PetscCount>(places.row.size()),
                                 places.row.data(), places.column.data()),
          doing);
}

} // namespace

NewtonOutcome solve_newton(const Comm& comm, const Equations& equations,
                           std::span<const double> start, const NewtonSettings& settings) {
    const char* doing = "Newton's method";
    Context context;
    context.equations = &equations;
    context.tolerance = settings.tolerance;
    Owned<Vec, VecDestroy> x;
    Owned<Vec, VecDestroy> f;
    Owned<Mat, MatDestroy> matrix;
    Owned<SNES, SNESDestroy> solver;
    check(VecCreateMPI(comm.raw(), equations.own_rows, PETSC_DETERMINE, x.put()), doing);
    check(VecDuplicate(x.get(), f.put()), doing);
    check(VecScatterCreateToAll(x.get(), context.to_all.put(), context.whole.put()), doing);
    PetscInt first = 0;
    check(VecGetOwnershipRange(x.get(), &first, nullptr), doing);
    PetscScalar* own = nullptr;
    check(VecGetArray(x.get(), &own), doing);
    std::copy_n(start.data() + first, equations.own_rows, own);
    check(VecRestoreArray(x.get(), &own), doing);

    make_matrix(comm, equations, start, matrix.put(), doing);
    check(SNESCreate(comm.raw(), solver.put()), doing);
    check(SNESSetFunction(solver.get(), f.get(), residual, &context), doing);
    check(SNESSetJacobian(solver.get(), matrix.get(), matrix.get(), jacobian, &context), doing);
    check(SNESSetConvergenceTest(solver.get(), converged, &context, nullptr), doing);
    check(SNESSetTolerances(solver.get(), PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT,
                            settings.max_steps, PETSC_DEFAULT),
          doing);
    choose_linear_solver(comm, solver.get(), doing);
    check(SNESSolve(solver.get(), nullptr, x.get()), doing);

    NewtonOutcome outcome;
    SNESConvergedReason reason = SNES_CONVERGED_ITERATING;
    PetscInt steps = 0;
    check(SNESGetConvergedReason(solver.get(), &reason), doing);
    check(SNESGetIterationNumber(solver.get(), &steps), doing);
    check(context.with_whole(x.get(),
                             [&](std::span<const double> all) {
                                 outcome.x.assign(all.begin(), all.end());
                                 return 0;
                             }),
          doing);
    outcome.converged = reason > 0;
    outcome.steps = steps;
    outcome.residual = context.largest;
    outcome.reason = SNESConvergedReasons[reason];
    return outcome;
}

} // namespace longyang::linalg
