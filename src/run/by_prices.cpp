#include "run/by_prices.hpp"

#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "run/limit_rows.hpp"
#include "run/record.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/make_oracles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

namespace longyang::run {
namespace {

namespace prices = solve::prices;

/// The state of a run by prices.
class PriceRun {
public:
    PriceRun(const Comm& comm, const Study& study, const model::Context& context,
             const partition::Owners& owners, const GridFactors& grid, const Deadline& deadline,
             Journal& journal);

    void build();
    void raise_bound();

private:
    [[nodiscard]] prices::Settings settings();
    [[nodiscard]] powerflow::FlowCheck check_flows(std::span<const double> channel,
                                                   double tolerance_mw) const;
    [[nodiscard]] bool stopped() const;

    const Comm& comm_;
    const Study& study_;
    const model::Context& context_;
    const partition::Owners& owners_;
    const GridFactors& grid_;
    const Deadline& deadline_;
    Journal& journal_;

    std::vector<model::BlockId> ids_;
    std::vector<std::size_t> own_; ///< numbers of this rank's blocks
    lp::Coupling coupling_;
    LimitRows limits_;
    std::optional<prices::PriceEngine> engine_;
    prices::Found found_;
};

PriceRun::PriceRun(const Comm& comm, const Study& study, const model::Context& context,
                   const partition::Owners& owners, const GridFactors& grid,
                   const Deadline& deadline, Journal& journal)
    : comm_(comm), study_(study), context_(context), owners_(owners), grid_(grid),
      deadline_(deadline), journal_(journal), ids_(model::list_blocks(context.system)),
      coupling_(model::make_coupling(context)), limits_(comm, context) {}

void PriceRun::build() {
    limits_.add_section_contracts(grid_.network, grid_.factors, coupling_);
    std::vector<lp::OracleData> data;
    std::vector<lp::Block> blocks;
    for (std::size_t k = 0; k < ids_.size(); ++k) {
        if (model::owner_of(study_.system, owners_, ids_[k]) != comm_.rank()) {
            continue;
        }
        own_.push_back(k);
        data.push_back(model::oracle_data(context_, ids_[k]));
        blocks.emplace_back();
        if (std::holds_alternative<std::monostate>(data.back())) {
            model::build_block(context_, ids_[k], blocks.back());
        }
    }
    prices::OracleSet set = prices::make_oracles(comm_, coupling_, std::move(data), blocks, true);
    engine_.emplace(comm_, coupling_, std::move(set.oracles), std::move(set.handled));
}

bool PriceRun::stopped() const {
    return sum(comm_, StopSignals::asked() || deadline_.passed() ? 1LL : 0LL) > 0;
}

powerflow::FlowCheck PriceRun::check_flows(std::span<const double> channel,
                                           double tolerance_mw) const {
    const std::size_t injections =
        static_cast<std::size_t>(context_.channels.buses) * context_.span.size();
    return powerflow::check_flows(
        comm_, grid_.network, grid_.factors, study_.system, context_.span.size(),
        channel.first(injections),
        {tolerance_mw, static_cast<std::size_t>(study_.options.limits_per_hour)});
}

prices::Settings PriceRun::settings() {
    prices::Settings settings;
    settings.most_iterations = study_.options.iterations;
    settings.stop = [this] { return stopped(); };
    settings.progress = [this](int iteration, double value, double best) {
        journal_.progress(fmt::format("iteration {}, dual value {:.8g} CNY, bound {:.8g} CNY",
                                      iteration, value, best),
                          deadline_.limited() ? std::max(deadline_.left_s(), 0.0) : -1.0);
    };
    settings.watch = [this](std::span<const double> channel) {
        const powerflow::FlowCheck flows = check_flows(channel, study_.options.flow_tolerance_mw);
        const std::size_t added =
            limits_.add(grid_.network, grid_.factors, flows.violations, coupling_);
        journal_.say(fmt::format("watch: {} violated, {} added", flows.found, added));
        return &std::as_const(coupling_);
    };
    return settings;
}

void PriceRun::raise_bound() {
    found_ = engine_->run(settings());
    journal_.say(fmt::format("{} iterations: bound {:.8g} CNY, {} limits of the network",
                             found_.iterations, found_.bound, limits_.list().size()));
}

} // namespace

Outcome solve_by_prices(const Comm& comm, const Study& study, const model::Context& context,
                        const partition::Owners& owners, const GridFactors& grid,
                        const Deadline& deadline, Journal& journal) {
    PriceRun run(comm, study, context, owners, grid, deadline, journal);
    journal.stage("build", [&] { run.build(); });
    journal.stage("price", [&] { run.raise_bound(); });
    Outcome outcome;
    return outcome;
}

} // namespace longyang::run
