#pragma once

// Random systems on one bus for the tests of dispatch and improvement, with the checker's word and
// HiGHS's optimum of the same programme.
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "lp/block_plan.hpp"
#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"
#include "solve/prices/dispatch/dispatch.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace longyang::solve::prices {

/// What a random system has.
struct Kind {
    int hours = 12;
    bool head = true;
    bool rivers = true;
    bool inflow = true;    ///< of storages
    bool flexible = false; ///< loads, too
    bool lines = false;    ///< without levels, too
    int least_load_mw = 200;
    double contract_tolerance = 0.2;
};

[[nodiscard]] grid::System random_system(unsigned seed, const Kind& kind);

/// A span of a system for the dispatch.
struct Programme {
    model::Context context;
    lp::Coupling coupling;
    std::vector<model::BlockId> ids;
    std::vector<lp::OracleData> data;

    Programme(const grid::System& system, grid::Span span);
    [[nodiscard]] bool complete() const;
};

/// The plan of a block in a schedule of a system with clusters of one unit.
[[nodiscard]] lp::BlockPlan plan_of(const Programme& programme, std::size_t k,
                                    const grid::Schedule& schedule);

/// The checker, which has equations of its own, finds nothing and the same cost.
void expect_valid(const Programme& programme, const Dispatch& dispatch, const std::string& which);

struct Optimum {
    bool found = false;
    double cost_cny = 0.0;
    grid::Schedule schedule;
    std::vector<double> row_price; ///< with integers fixed
};

/// By HiGHS.
[[nodiscard]] Optimum solve_whole(const Programme& programme);

using DispatchVisit =
    std::function<void(const Programme&, const std::vector<double>& row_price, Dispatch)>;
/// Visits the dispatch, over so many hours, of best plans of each block alone at random prices,
/// whatever commitments and levels that gives; false where some block has no plan.
[[nodiscard]] bool dispatch_of_any_plans(unsigned seed, Kind kind, int hours,
                                         const DispatchVisit& visit);

} // namespace longyang::solve::prices
