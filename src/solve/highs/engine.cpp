#include "solve/highs/engine.hpp"

#include "base/error.hpp"
#include "solve/highs/handle.hpp"
#include "solve/highs/parts.hpp"

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>

namespace longyang::solve::highs {
namespace {

using Clock = std::chrono::steady_clock;

/// Of first solves. Measured with HiGHS 1.15.1 and one thread on a made-up day of a system as large
/// as the northwest (76720 columns, 75044 rows): dual simplex 2.7 s, interior point with
/// crossover 13.8 s; with 205 rows of binding branch limits 15.7 s and 19.8 s. After those rows
/// were added, dual simplex from the last basis took 7.7 s (after 44 of them 0.9 s, from
/// nothing 3.5 s). HiPO is not in HiGHS's own wheel (it lacks its ordering and BLAS).
constexpr const char* first_solver = "simplex";

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What HiGHS's callback needs: whom to ask and to tell, and what they threw (an exception must not
/// cross the C interface).
struct Watch {
    const Settings& settings;
    Clock::time_point begin = Clock::now();
    Clock::time_point asked{};
    bool stopped = false;
    std::exception_ptr thrown{};

    [[nodiscard]] bool ask() {
        // The simplex method calls back at every iteration: too often for whoever answers.
        constexpr auto pause = std::chrono::milliseconds(50);
        const Clock::time_point now = Clock::now();
        if (!stopped && settings.stop && now - asked >= pause) {
            asked = now;
            stopped = settings.stop();
        }
        return stopped;
    }
};

void call_back(int type, const char* /*message*/, const HighsCallbackDataOut* from_highs,
               HighsCallbackDataIn* to_highs, void* user_data) {
    auto& watch = *static_cast<Watch*>(user_data);
    try {
        if (type == kHighsCallbackMipLogging || type == kHighsCallbackMipImprovingSolution) {
            if (watch.settings.progress) {
                watch.settings.progress(from_highs->mip_primal_bound, from_highs->mip_dual_bound,
                                        seconds_since(watch.begin));
            }
        } else if (to_highs != nullptr && watch.ask()) {
            to_highs->user_interrupt = 1;
        }
    } catch (...) {
        watch.thrown = std::current_exception();
        watch.stopped = true;
    }
}

constexpr int watched[] = {kHighsCallbackSimplexInterrupt, kHighsCallbackIpmInterrupt,
                           kHighsCallbackMipInterrupt, kHighsCallbackMipLogging,
                           kHighsCallbackMipImprovingSolution};

/// Options of every solve.
void apply(Handle& handle, const Settings& settings, double time_left_s) {
    handle.set("threads", settings.threads);
    handle.set("parallel", settings.threads > 1 ? "choose" : "off");
    handle.set("time_limit", settings.time_limit_s > 0.0 ? time_left_s : lp::infinity);
    handle.set("mip_rel_gap", settings.gap);
    // HiGHS keeps the number of threads of the process's first solve and refuses another one; its
    // clock runs on from solve to solve.
    Highs_resetGlobalScheduler(1);
    check(Highs_zeroAllClocks(handle.raw()), "clocks");
}

/// One call of HiGHS, watched; the model's status.
int run_once(Handle& handle, const Settings& settings, Watch& watch) {
    const double left_s = settings.time_limit_s - seconds_since(watch.begin);
    apply(handle, settings, std::max(left_s, 1e-3));
    void* raw = handle.raw();
    check(Highs_setCallback(raw, call_back, &watch), "a callback");
    for (const int type : watched) {
        check(Highs_startCallback(raw, type), "a callback");
    }
    // What went wrong is in the model's status.
    static_cast<void>(Highs_run(raw));
    for (const int type : watched) {
        check(Highs_stopCallback(raw, type), "a callback");
    }
    check(Highs_setCallback(raw, nullptr, nullptr), "a callback");
    if (watch.thrown) {
        std::rethrow_exception(watch.thrown);
    }
    return Highs_getModelStatus(raw);
}

Status meaning(int model_status) {
    switch (model_status) {
    case kHighsModelStatusOptimal:
    case kHighsModelStatusModelEmpty: // neither columns nor rows: the constant cost
        return Status::optimal;
    case kHighsModelStatusInfeasible:
    case kHighsModelStatusUnboundedOrInfeasible:
    case kHighsModelStatusUnbounded:
        return Status::infeasible;
    case kHighsModelStatusTimeLimit:
    case kHighsModelStatusIterationLimit:
    case kHighsModelStatusSolutionLimit:
    case kHighsModelStatusInterrupt:
        return Status::limit;
    default:
        return Status::failed;
    }
}

long long iterations_of(const Handle& handle) {
    long long sum = 0;
    for (const char* name :
         {"simplex_iteration_count", "ipm_iteration_count", "crossover_iteration_count"}) {
        sum += std::max(0, handle.info_int(name)); // -1: not used
    }
    return sum;
}

bool feasible(const Handle& handle, const char* side) {
    return handle.info_int(side) == kHighsSolutionStatusFeasible;
}

/// Takes the point that HiGHS holds, if it is a feasible one.
void take_point(const Handle& handle, bool with_duals, Outcome& outcome) {
    outcome.has_point = feasible(handle, "primal_solution_status");
    if (!outcome.has_point) {
        return;
    }
    const auto columns = static_cast<std::size_t>(Highs_getNumCol(handle.raw()));
    const auto rows = static_cast<std::size_t>(Highs_getNumRow(handle.raw()));
    outcome.point.column.resize(columns);
    std::vector<double> row_value(rows);
    std::vector<double> row_dual(rows);
    std::vector<double> reduced_cost(columns);
    check(Highs_getSolution(handle.raw(), outcome.point.column.data(), reduced_cost.data(),
                            row_value.data(), row_dual.data()),
          "a solution");
    if (with_duals) {
        outcome.point.row_dual = std::move(row_dual);
        outcome.point.reduced_cost = std::move(reduced_cost);
    }
    outcome.cost = handle.info_double("objective_function_value");
}

/// A programme without columns is feasible or not as it stands, and HiGHS does not look at its
/// rows.
void settle_without_columns(const Handle& handle, Outcome& outcome) {
    if (Highs_getNumCol(handle.raw()) > 0 || outcome.status != Status::optimal) {
        return;
    }
    const int rows = Highs_getNumRow(handle.raw());
    std::vector<double> lower(static_cast<std::size_t>(rows));
    std::vector<double> upper(lower.size());
    if (rows > 0) {
        int count = 0;
        int entries = 0;
        check(Highs_getRowsByRange(handle.raw(), 0, rows - 1, &count, lower.data(), upper.data(),
                                   &entries, nullptr, nullptr, nullptr),
              "limits of rows");
    }
    outcome.has_point =
        std::all_of(lower.begin(), lower.end(), [](double l) { return l <= 0.0; }) &&
        std::all_of(upper.begin(), upper.end(), [](double u) { return u >= 0.0; });
    if (!outcome.has_point) {
        outcome.status = Status::infeasible;
        return;
    }
    outcome.point.row_dual.assign(lower.size(), 0.0);
    check(Highs_getObjectiveOffset(handle.raw(), &outcome.cost), "the constant cost");
}

/// What HiGHS calls unknown after an interior point method without crossover may be optimal: costs
/// that its point leaves at columns far from their limits are none of a vertex. It counts where it
/// keeps the rows and the costs of both sides agree; whoever reports it checks it once more.
bool sides_agree(const Handle& handle) {
    constexpr double apart = 1e-7; // of the cost
    return feasible(handle, "primal_solution_status") &&
           std::abs(handle.info_double("primal_dual_objective_error")) <= apart;
}

/// By the interior point method, from nothing; false where its answer is none.
bool solve_interior(Handle& handle, const Settings& settings, Watch& watch, Outcome& outcome) {
    check(Highs_clearSolver(handle.raw()), "a fresh start");
    handle.set("solver", "ipx");
    handle.set("run_crossover", "off");
    // What presolve took out comes back without a basis with prices that prove little: three days
    // of the northwest had a bound 4e-5 of the cost too low, and 3e-9 without presolve.
    handle.set("presolve", "off");
    const int model_status = run_once(handle, settings, watch);
    handle.set("run_crossover", "on");
    handle.set("presolve", "choose");
    outcome.status = meaning(model_status);
    outcome.words = status_words(model_status);
    outcome.iterations += iterations_of(handle);
    if ((outcome.status == Status::optimal || model_status == kHighsModelStatusUnknown) &&
        sides_agree(handle)) {
        outcome.status = Status::optimal;
        return true;
    }
    return outcome.status == Status::limit;
}

/// A relaxed solve from a basis, or from nothing where it is empty. What ends imprecise or fails is
/// tried again by the simplex method, first from what is there and then from scratch.
Outcome solve_continuous(Handle& handle, const Settings& settings, Basis& basis) {
    Watch watch{settings};
    Outcome outcome;
    if (settings.method == Method::interior && Highs_getNumCol(handle.raw()) > 0 &&
        solve_interior(handle, settings, watch, outcome)) {
        take_point(handle, true, outcome);
        outcome.bound = outcome.status == Status::optimal ? outcome.cost : -lp::infinity;
        outcome.seconds = seconds_since(watch.begin);
        return outcome;
    }
    // A basis that was made before rows were added: the new rows are basic.
    const bool warm = !basis.empty();
    if (warm) {
        basis.row.resize(static_cast<std::size_t>(Highs_getNumRow(handle.raw())),
                         kHighsBasisStatusBasic);
        check(Highs_setBasis(handle.raw(), basis.column.data(), basis.row.data()), "a basis");
        handle.set("solver", "simplex");
    } else {
        check(Highs_clearSolver(handle.raw()), "a fresh start");
        handle.set("solver", first_solver);
    }
    const auto attempt = [&] {
        const int model_status = run_once(handle, settings, watch);
        outcome.status = meaning(model_status);
        outcome.words = status_words(model_status);
        outcome.iterations += iterations_of(handle);
        if (outcome.status == Status::optimal && Highs_getNumCol(handle.raw()) > 0 &&
            !(feasible(handle, "primal_solution_status") &&
              feasible(handle, "dual_solution_status"))) {
            outcome.status = Status::failed; // optimal of the scaled programme only
            outcome.words += ", imprecise";
        }
    };
    attempt();
    if (outcome.status == Status::failed) {
        handle.set("solver", "simplex");
        attempt();
    }
    if (outcome.status == Status::failed) {
        check(Highs_clearSolver(handle.raw()), "a fresh start");
        attempt();
    }
    take_point(handle, true, outcome);
    settle_without_columns(handle, outcome);
    outcome.bound = outcome.status == Status::optimal ? outcome.cost : -lp::infinity;
    outcome.seconds = seconds_since(watch.begin);
    basis = basis_of(handle);
    return outcome;
}

} // namespace

void Engine::Parts::check_size(const std::vector<double>& point) const {
    if (point.size() != integral.size()) {
        throw Error(Exit::defect, fmt::format("a point of {} columns for a programme of {}",
                                              point.size(), integral.size()));
    }
}

Engine::Parts::Integral::Integral(Parts& parts) : parts_(parts) {
    if (!parts_.integers.empty()) {
        check(Highs_changeColsIntegralityByRange(parts_.handle.raw(), 0,
                                                 highs_size(parts_.integral.size()) - 1,
                                                 parts_.integral.data()),
              "integrality");
    }
}

Engine::Parts::Integral::~Integral() {
    // Cannot fail: nothing is looked at.
    static_cast<void>(Highs_clearIntegrality(parts_.handle.raw()));
}

Engine::Parts::Held::Held(Parts& parts, const std::vector<double>& column) : parts_(parts) {
    std::vector<double> value;
    for (const int j : parts_.integers) {
        const auto c = static_cast<std::size_t>(j);
        value.push_back(std::clamp(std::round(column[c]), parts_.lower[c], parts_.upper[c]));
    }
    set(value, value);
}

Engine::Parts::Held::~Held() {
    std::vector<double> lower;
    std::vector<double> upper;
    for (const int j : parts_.integers) {
        lower.push_back(parts_.lower[static_cast<std::size_t>(j)]);
        upper.push_back(parts_.upper[static_cast<std::size_t>(j)]);
    }
    set(lower, upper);
}

void Engine::Parts::Held::set(const std::vector<double>& lower, const std::vector<double>& upper) {
    // Cannot fail: the bounds are the columns' own or lie between them.
    static_cast<void>(
        Highs_changeColsBoundsBySet(parts_.handle.raw(), highs_size(parts_.integers.size()),
                                    parts_.integers.data(), lower.data(), upper.data()));
}

Engine::Engine(const lp::FlatProgramme& programme) : parts_(std::make_unique<Parts>()) {
    Parts& parts = *parts_;
    parts.lower = programme.lower;
    parts.upper = programme.upper;
    for (std::size_t j = 0; j < programme.integer.size(); ++j) {
        const bool whole = programme.integer[j] != 0;
        parts.integral.push_back(whole ? kHighsVarTypeInteger : kHighsVarTypeContinuous);
        if (whole) {
            parts.integers.push_back(static_cast<int>(j));
        }
    }
    const lp::SparseRows& rows = programme.rows;
    std::vector<int> start(rows.start.size());
    std::transform(rows.start.begin(), rows.start.end(), start.begin(),
                   [](std::int64_t at) { return highs_size(static_cast<std::size_t>(at)); });
    check(Highs_passLp(parts.handle.raw(), highs_size(programme.cost.size()),
                       highs_size(rows.lower.size()), highs_size(rows.column.size()),
                       kHighsMatrixFormatRowwise, kHighsObjSenseMinimize, programme.offset,
                       programme.cost.data(), programme.lower.data(), programme.upper.data(),
                       rows.lower.data(), rows.upper.data(), start.data(), rows.column.data(),
                       rows.value.data()),
          "the programme");
}

Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::add_rows(const lp::SparseRows& rows) {
    highs::add_rows(parts_->handle, rows);
}

void Engine::set_costs(const std::vector<double>& cost) {
    if (cost.size() != parts_->integral.size()) {
        throw Error(Exit::defect, fmt::format("costs of {} columns for a programme of {}",
                                              cost.size(), parts_->integral.size()));
    }
    if (!cost.empty()) {
        check(Highs_changeColsCostByRange(parts_->handle.raw(), 0, highs_size(cost.size()) - 1,
                                          cost.data()),
              "costs");
    }
}

Outcome Engine::solve_relaxed(const Settings& settings) {
    return solve_continuous(parts_->handle, settings, parts_->relaxed);
}

Outcome Engine::solve_integer(const Settings& settings, const std::vector<double>& start) {
    Handle& handle = parts_->handle;
    Watch watch{settings};
    const Parts::Integral integral(*parts_);
    // The tree search chooses its own methods.
    handle.set("solver", "choose");
    const auto search = [&] {
        check(Highs_clearSolver(handle.raw()), "a fresh start");
        if (!start.empty()) {
            parts_->check_size(start);
            check(Highs_setSolution(handle.raw(), start.data(), nullptr, nullptr, nullptr),
                  "a start");
        }
        return run_once(handle, settings, watch);
    };
    Outcome outcome;
    int model_status = search();
    if (meaning(model_status) == Status::infeasible) {
        handle.set("presolve", "off");
        model_status = search();
        handle.set("presolve", "choose");
    }
    outcome.status = meaning(model_status);
    outcome.words = status_words(model_status);
    outcome.iterations = iterations_of(handle);
    outcome.nodes = std::max(0LL, handle.info_int64("mip_node_count"));
    take_point(handle, false, outcome);
    settle_without_columns(handle, outcome);
    if (outcome.status == Status::optimal && !outcome.has_point) {
        outcome.status = Status::failed;
        outcome.words += ", imprecise";
    }
    outcome.bound = parts_->integers.empty() && outcome.status == Status::optimal
                        ? outcome.cost
                        : handle.info_double("mip_dual_bound");
    outcome.seconds = seconds_since(watch.begin);
    return outcome;
}

Outcome Engine::solve_fixed(const Settings& settings, const std::vector<double>& column) {
    parts_->check_size(column);
    const Parts::Held held(*parts_, column);
    return solve_continuous(parts_->handle, settings, parts_->fixed);
}

std::string describe() {
    return fmt::format("HiGHS {}", Highs_version());
}

} // namespace longyang::solve::highs
