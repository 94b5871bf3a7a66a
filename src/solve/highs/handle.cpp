#include "solve/highs/handle.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

#include <limits>
#include <type_traits>
#include <utility>

namespace longyang::solve::highs {

static_assert(std::is_same_v<HighsInt, int>, "HiGHS with 32-bit numbers of columns and rows");

Handle::Handle() : raw_(Highs_create()) {
    if (raw_ == nullptr) {
        throw Error(Exit::numerical, "HiGHS could not be started");
    }
    set("output_flag", false);
    set("random_seed", 0);
    // Infinite bounds are handed over as they are.
    if (Highs_getInfinity(raw_) != lp::infinity) {
        throw Error(Exit::defect, "HiGHS has another infinity than this program");
    }
}

Handle::~Handle() {
    if (raw_ != nullptr) {
        Highs_destroy(raw_);
    }
}

Handle::Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}

Handle& Handle::operator=(Handle&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
}

void Handle::set(const char* option, bool value) {
    check(Highs_setBoolOptionValue(raw_, option, value ? 1 : 0), option);
}

void Handle::set(const char* option, int value) {
    check(Highs_setIntOptionValue(raw_, option, value), option);
}

void Handle::set(const char* option, double value) {
    check(Highs_setDoubleOptionValue(raw_, option, value), option);
}

void Handle::set(const char* option, const char* value) {
    check(Highs_setStringOptionValue(raw_, option, value), option);
}

int Handle::info_int(const char* name) const {
    HighsInt value = 0;
    check(Highs_getIntInfoValue(raw_, name, &value), name);
    return value;
}

long long Handle::info_int64(const char* name) const {
    std::int64_t value = 0;
    check(Highs_getInt64InfoValue(raw_, name, &value), name);
    return value;
}

double Handle::info_double(const char* name) const {
    double value = 0.0;
    check(Highs_getDoubleInfoValue(raw_, name, &value), name);
    return value;
}

void check(int status, const char* doing) {
    if (status == kHighsStatusError) {
        throw Error(Exit::numerical, fmt::format("HiGHS refused: {}", doing));
    }
}

Basis basis_of(const Handle& handle) {
    Basis basis;
    if (handle.info_int("basis_validity") != kHighsBasisValidityValid) {
        return basis;
    }
    basis.column.resize(static_cast<std::size_t>(Highs_getNumCol(handle.raw())));
    basis.row.resize(static_cast<std::size_t>(Highs_getNumRow(handle.raw())));
    check(Highs_getBasis(handle.raw(), basis.column.data(), basis.row.data()), "a basis");
    return basis;
}

void add_rows(Handle& handle, const lp::SparseRows& rows) {
    std::vector<int> start(rows.start.size());
    for (std::size_t r = 0; r < start.size(); ++r) {
        start[r] = highs_size(static_cast<std::size_t>(rows.start[r]));
    }
    check(Highs_addRows(handle.raw(), highs_size(rows.lower.size()), rows.lower.data(),
                        rows.upper.data(), highs_size(rows.column.size()), start.data(),
                        rows.column.data(), rows.value.data()),
          "rows to be added");
}

const char* status_words(int model_status) {
    switch (model_status) {
    case kHighsModelStatusNotset:
        return "not set";
    case kHighsModelStatusLoadError:
        return "load error";
    case kHighsModelStatusModelError:
        return "model error";
    case kHighsModelStatusPresolveError:
        return "presolve error";
    case kHighsModelStatusSolveError:
        return "solve error";
    case kHighsModelStatusPostsolveError:
        return "postsolve error";
    case kHighsModelStatusModelEmpty:
        return "model empty";
    case kHighsModelStatusOptimal:
        return "optimal";
    case kHighsModelStatusInfeasible:
        return "infeasible";
    case kHighsModelStatusUnboundedOrInfeasible:
        return "unbounded or infeasible";
    case kHighsModelStatusUnbounded:
        return "unbounded";
    case kHighsModelStatusObjectiveBound:
        return "objective bound";
    case kHighsModelStatusObjectiveTarget:
        return "objective target";
    case kHighsModelStatusTimeLimit:
        return "time limit";
    case kHighsModelStatusIterationLimit:
        return "iteration limit";
    case kHighsModelStatusSolutionLimit:
        return "solution limit";
    case kHighsModelStatusInterrupt:
        return "interrupt";
    default:
        return "unknown";
    }
}

int highs_size(std::size_t size) {
    if (std::cmp_greater(size, std::numeric_limits<int>::max())) {
        throw Error(Exit::defect, "a programme too large for HiGHS's numbers");
    }
    return static_cast<int>(size);
}

} // namespace longyang::solve::highs
