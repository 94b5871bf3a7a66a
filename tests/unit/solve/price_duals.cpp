#include "price_duals.hpp"

#include "base/error.hpp"
#include "case_programme.hpp"
#include "lp/flat.hpp"
#include "solve/highs/engine.hpp"
#include "solve/prices/engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

namespace longyang::testing {
namespace {

bool by_the_hour(model::Kind kind) {
    return kind == model::Kind::renewable || kind == model::Kind::load ||
           kind == model::Kind::reserve || kind == model::Kind::sharing ||
           kind == model::Kind::contract || kind == model::Kind::dc_forward ||
           kind == model::Kind::dc_backward;
}

/// Of all buses, hours contiguous.
std::vector<double> bus_prices(const lp::Coupling& coupling, std::span<const double> row_price,
                               std::size_t buses) {
    std::vector<double> price = lp::channel_prices(coupling, row_price);
    price.resize(buses * static_cast<std::size_t>(coupling.hours));
    return price;
}

std::vector<double> highs_prices(const CaseProgramme& programme, std::size_t buses) {
    solve::highs::Engine engine(lp::flatten(programme.blocks, programme.coupling));
    const solve::highs::Outcome outcome = engine.solve_relaxed({});
    if (outcome.status != solve::highs::Status::optimal) {
        throw Error(Exit::numerical, "HiGHS: " + outcome.words);
    }
    return bus_prices(programme.coupling,
                      std::span(outcome.point.row_dual).last(programme.coupling.rows.size()),
                      buses);
}

grid::System with_loads(grid::System system, double factor) {
    for (double& mw : system.loads.mean_mw) {
        mw *= factor;
    }
    return system;
}

} // namespace

PriceDuals compare_price_duals(const Comm& comm, const grid::System& system, grid::Span span,
                               int iterations, double share) {
    const std::size_t buses = system.buses.line.size();
    const CaseProgramme programme = case_programme(comm, system, span);
    std::vector<std::vector<double>> highs = {highs_prices(programme, buses)};
    for (const double factor : {1.0 - share, 1.0 + share}) {
        highs.push_back(
            highs_prices(case_programme(comm, with_loads(system, factor), span), buses));
    }
    solve::prices::OracleSet set = price_blocks(comm, system, span, programme, false, by_the_hour);
    solve::prices::PriceEngine engine(comm, programme.coupling, std::move(set.oracles),
                                      std::move(set.handled));
    solve::prices::Settings settings;
    settings.most_iterations = iterations;
    const solve::prices::Found found = engine.run(settings);
    const std::vector<double> ours = bus_prices(programme.coupling, found.row_price, buses);

    PriceDuals duals;
    duals.all = static_cast<int>(ours.size());
    duals.highs_cny = programme.relaxed_cny;
    duals.bound_cny = found.bound;
    for (std::size_t k = 0; k < ours.size(); ++k) {
        const auto [low, high] = std::minmax({highs[0][k], highs[1][k], highs[2][k]});
        if (high - low <= 1e-6 * (1.0 + std::abs(high))) {
            duals.unique.push_back({static_cast<int>(k / span.size()),
                                    static_cast<int>(k % span.size()), highs[0][k], ours[k]});
        }
    }
    return duals;
}

} // namespace longyang::testing
