#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "model/blocks.hpp"
#include "partition/partition.hpp"
#include "run/flow_watch.hpp"
#include "run/grid_factors.hpp"
#include "run/limit_rows.hpp"
#include "solve/prices/dispatch/dispatch.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/recovery/recovery.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace longyang::bench {

/// A span of a case on one rank after so many iterations of the engine by prices and some more that
/// average plans: from where recovery and dispatch are measured.
class PricedCase {
public:
    PricedCase(const std::string& folder, grid::Span span, int iterations);

    [[nodiscard]] const model::Context& context() const { return context_; }
    [[nodiscard]] const std::vector<model::BlockId>& ids() const { return ids_; }
    [[nodiscard]] const lp::Coupling& coupling() const { return coupling_; }
    [[nodiscard]] double bound_cny() const { return found_.bound; }

    /// A recovery at its beginning. scale: in typical prices, in place of the settings' own.
    [[nodiscard]] solve::prices::Recovery recovery(double scale,
                                                   solve::prices::RecoverySettings settings) const;
    /// Continuous plants go towards their answers at the asking prices.
    void blend(solve::prices::Recovery& recovery);
    /// With limits of the network watched.
    [[nodiscard]] solve::prices::Dispatch dispatch(const solve::prices::Recovery& recovery,
                                                   solve::prices::DispatchSettings settings = {});

private:
    void raise_bound(int iterations);

    Comm comm_ = world();
    grid::System system_;
    model::Context context_;
    partition::Owners owners_;
    run::GridFactors grid_;
    run::FlowWatch watch_;
    run::LimitRows limits_;
    lp::Coupling coupling_;
    std::vector<model::BlockId> ids_;
    std::vector<lp::OracleData> data_;
    std::unique_ptr<solve::prices::PriceEngine> engine_;
    std::unique_ptr<solve::prices::Dispatcher> dispatcher_;
    solve::prices::Found found_;
    solve::prices::Settled settled_;
};

} // namespace longyang::bench
