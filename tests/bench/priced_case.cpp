#include "priced_case.hpp"

#include "bench_program.hpp"
#include "caseio/check_case.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "powerflow/limits.hpp"
#include "solve/prices/oracles/make_oracles.hpp"

#include <utility>

namespace longyang::bench {
namespace {

namespace prices = solve::prices;

constexpr double tolerance_mw = 1.0;
constexpr std::size_t most_limits = 20; // an hour, at a time
constexpr int settle_iterations = 60;

} // namespace

PricedCase::PricedCase(const std::string& folder, grid::Span span, int iterations)
    : system_(caseio::load_case(comm_, folder).system), context_(system_, span),
      owners_(partition::share_out(system_, 1)),
      grid_(run::factorise(comm_, system_, owners_, span)),
      watch_(comm_, context_, grid_, tolerance_mw), limits_(comm_, context_),
      coupling_(model::make_coupling(context_)), ids_(model::list_blocks(system_)) {
    limits_.add_section_contracts(grid_, coupling_);
    for (const model::BlockId id : ids_) {
        data_.push_back(model::oracle_data(context_, id));
    }
    prices::OracleSet set = prices::make_oracles(comm_, coupling_, data_, {}, true);
    engine_ = std::make_unique<prices::PriceEngine>(comm_, coupling_, std::move(set.oracles),
                                                    std::move(set.handled));
    raise_bound(iterations);
    dispatcher_ = std::make_unique<prices::Dispatcher>(coupling_, data_);
}

void PricedCase::raise_bound(int iterations) {
    prices::Settings settings;
    settings.most_iterations = iterations;
    settings.watch = [&](std::span<const double> channel) {
        const powerflow::FlowCheck flows = run::check_flows(
            comm_, grid_, system_, context_.span.size(),
            model::bus_injections_mw(context_.channels, context_.span.size(), channel),
            {tolerance_mw, most_limits});
        limits_.add(grid_, flows.violations, coupling_);
        return &std::as_const(coupling_);
    };
    found_ = engine_->run(settings);
    settled_ = engine_->settle(settle_iterations, 0.0, settings, found_);
    settled_.plans.resize(data_.size());
    say("{} iterations, bound {:.9g}, {} limits, typical price {:.1f}, cpu {:.1f} s",
        found_.iterations, found_.bound, limits_.list().size(), engine_->typical_cny(), cpu_s());
}

prices::Recovery PricedCase::recovery(double scale, prices::RecoverySettings settings) const {
    settings.scale_cny_per_unit = scale * engine_->typical_cny();
    prices::Recovery recovery(coupling_, data_, engine_->movers(), settings);
    recovery.begin(settled_.plans, found_.row_price);
    return recovery;
}

void PricedCase::blend(prices::Recovery& recovery) {
    const auto asking = recovery.asking_prices();
    (void)engine_->bound_at({asking.begin(), asking.end()});
    recovery.blend(engine_->own_plans());
}

prices::Dispatch PricedCase::dispatch(const prices::Recovery& recovery,
                                      prices::DispatchSettings settings) {
    settings.watch = [&](int hour, std::span<const double> channel) {
        return watch_.broken(hour, channel, most_limits);
    };
    return dispatcher_->run(recovery.targets(), recovery.row_price(), settings);
}

} // namespace longyang::bench
