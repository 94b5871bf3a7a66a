#include "base/comm.hpp"
#include "caseio/check_case.hpp"
#include "kernels/runtime.hpp"
#include "linalg/petsc_scope.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"
#include "partition/partition.hpp"
#include "powerflow/limits.hpp"
#include "run/flow_watch.hpp"
#include "run/grid_factors.hpp"
#include "run/limit_rows.hpp"
#include "solve/prices/dispatch.hpp"
#include "solve/prices/engine.hpp"
#include "solve/prices/make_oracles.hpp"
#include "solve/prices/recover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// price_recovery CASE FIRST_HOUR HOURS ITERATIONS PASSES [SCALE,SHARE,PRICE_STEP,ASKING ...]
///
/// After so many iterations of the engine by prices and 60 that average plans: passes of recovery
/// to whole units and levels, how far the rows are off after each, and what a dispatch of its
/// targets costs; once with each set of numbers (SCALE of the typical price; see RecoverySettings
/// and Recovery::blend). CPU seconds; one rank.
namespace {

using namespace longyang;
namespace prices = solve::prices;

template <typename... Values>
void say(fmt::format_string<Values...> words, Values&&... values) {
    std::fputs(fmt::format(words, std::forward<Values>(values)...).c_str(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

double cpu_s() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

struct Ways {
    double scale = 8.0, share = 0.03, price_step = 0.05, asking = 0.1;
};

/// The programme of a span, its dual and plans averaged near the best prices.
class Case {
public:
    Case(const std::string& folder, grid::Span span, int iterations)
        : system_(caseio::load_case(comm_, folder).system), context_(system_, span),
          owners_(partition::share_out(system_, 1)), grid_(run::factorise(comm_, system_, owners_)),
          limits_(comm_, context_), coupling_(model::make_coupling(context_)) {
        limits_.add_section_contracts(grid_.network, grid_.factors, coupling_);
        for (const model::BlockId id : model::list_blocks(system_)) {
            data_.push_back(model::oracle_data(context_, id));
        }
        prices::OracleSet set = prices::make_oracles(comm_, coupling_, data_, {}, true);
        engine_ = std::make_unique<prices::PriceEngine>(comm_, coupling_, std::move(set.oracles),
                                                        std::move(set.handled));
        raise_bound(span, iterations);
    }

    void recover(const Ways& ways, int passes) {
        prices::RecoverySettings settings;
        settings.scale_cny_per_unit = ways.scale * engine_->typical_cny();
        settings.price_step = ways.price_step;
        settings.asking_share = ways.asking;
        prices::Recovery recovery(coupling_, data_, engine_->movers(), settings);
        recovery.begin(settled_.plans, found_.row_price);
        prices::Dispatcher dispatcher(coupling_, data_);
        tell("begins", recovery, 0.0);
        for (int pass = 1; pass <= passes; ++pass) {
            double begin = cpu_s();
            recovery.sweep();
            tell(fmt::format("pass {}", pass), recovery, cpu_s() - begin);
            dispatch(dispatcher, recovery);
            begin = cpu_s();
            const std::span<const double> asking = recovery.asking_prices();
            (void)engine_->bound_at({asking.begin(), asking.end()});
            recovery.blend(engine_->own_plans(), ways.share);
            tell("  blended", recovery, cpu_s() - begin);
        }
        best_cny_ = std::numeric_limits<double>::infinity();
    }

private:
    void raise_bound(grid::Span span, int iterations) {
        prices::Settings settings;
        settings.most_iterations = iterations;
        const auto injections = static_cast<std::size_t>(context_.channels.buses) * span.size();
        settings.watch = [&](std::span<const double> channel) {
            const powerflow::FlowCheck flows =
                powerflow::check_flows(comm_, grid_.network, grid_.factors, system_, span.size(),
                                       channel.first(injections), {tolerance_mw, most_limits});
            limits_.add(grid_.network, grid_.factors, flows.violations, coupling_);
            return &std::as_const(coupling_);
        };
        found_ = engine_->run(settings);
        settled_ = engine_->settle(60, 0.0, settings, found_);
        settled_.plans.resize(data_.size());
        say("{} iterations, bound {:.9g}, {} limits, typical price {:.1f}, cpu {:.1f} s",
            found_.iterations, found_.bound, limits_.list().size(), engine_->typical_cny(),
            cpu_s());
    }

    void tell(const std::string& when, const prices::Recovery& recovery, double seconds) const {
        const prices::Recovery::Residual now = recovery.residual();
        say("{}: balance off {:.1f} MW, rows {:.4f} %, relief {:.4f} %, {} hours changed, cpu "
            "{:.2f} s",
            when, now.balance_mw, 100.0 * now.rows_cny / found_.bound,
            100.0 * now.relief_cny / found_.bound, now.changed_hours, seconds);
    }

    void dispatch(prices::Dispatcher& dispatcher, prices::Recovery& recovery) {
        const double begin = cpu_s();
        const run::FlowWatch watch(comm_, context_, grid_, tolerance_mw);
        prices::DispatchSettings settings;
        settings.watch = [&](int, std::span<const double> channel) {
            return watch.broken(channel, most_limits);
        };
        const prices::Dispatch schedule =
            dispatcher.run(recovery.targets(), recovery.row_price(), settings);
        recovery.ask_more(schedule.relief);
        best_cny_ = std::min(best_cny_, schedule.cost_cny);
        say("  dispatch: cost {:.9g}, gap {:.4f} % (best {:.4f} %), {} hours broken, cpu {:.2f} s",
            schedule.cost_cny, 100.0 * (schedule.cost_cny / found_.bound - 1.0),
            100.0 * (best_cny_ / found_.bound - 1.0), schedule.broken_hours, cpu_s() - begin);
    }

    static constexpr double tolerance_mw = 1.0;
    static constexpr std::size_t most_limits = 20; // an hour, at a time

    Comm comm_ = world();
    grid::System system_;
    model::Context context_;
    partition::Owners owners_;
    run::GridFactors grid_;
    run::LimitRows limits_;
    lp::Coupling coupling_;
    std::vector<lp::OracleData> data_;
    std::unique_ptr<prices::PriceEngine> engine_;
    prices::Found found_;
    prices::Settled settled_;
    double best_cny_ = std::numeric_limits<double>::infinity();
};

} // namespace

int main(int argc, char** argv) {
    const longyang::MpiScope mpi(argc, argv);
    const longyang::linalg::PetscScope petsc(longyang::world());
    const longyang::kernels::Runtime runtime;
    if (argc < 6) {
        std::fputs("usage: price_recovery CASE FIRST_HOUR HOURS ITERATIONS PASSES "
                   "[SCALE,SHARE,PRICE_STEP,ASKING ...]\n",
                   stderr);
        return static_cast<int>(longyang::Exit::usage);
    }
    try {
        Case measured(argv[1], {std::atoi(argv[2]), std::atoi(argv[3])}, std::atoi(argv[4]));
        const int passes = std::atoi(argv[5]);
        for (int k = 6; k < argc || k == 6; ++k) {
            Ways ways;
            if (k < argc) {
                say("== {}", argv[k]);
                (void)std::sscanf(argv[k], "%lf,%lf,%lf,%lf", &ways.scale, &ways.share,
                                  &ways.price_step, &ways.asking);
            }
            measured.recover(ways, passes);
        }
        return 0;
    } catch (const longyang::Error& error) {
        std::fputs(error.what(), stderr);
        return static_cast<int>(error.code());
    }
}
