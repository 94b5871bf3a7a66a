#include "solve/prices/engine.hpp"

#include "solve/prices/blend_plans.hpp"
#include "solve/prices/bound.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// PE-4: few iterations need short averages and end with longer steps (measured with 120 and 500).
constexpr double least_share = 0.15, most_share = 0.3;
constexpr double least_last = 0.016, most_last = 0.05; ///< in typical prices
constexpr double short_first = 0.1;                    ///< in typical prices
/// Share of the newest prices in their average, which is tried in the end.
constexpr double newest_prices = 0.2;
/// So many calls on end that raise a bound by next to nothing are the last.
constexpr int most_idle_calls = 4;
constexpr int most_calls_in_short = 5;

/// Channels that any of the oracles gives to.
std::vector<int> own_channels(std::span<const Oracle> own) {
    std::vector<int> channels;
    for (const Oracle& oracle : own) {
        channels.insert(channels.end(), oracle.channels.begin(), oracle.channels.end());
    }
    return channels;
}

/// Per channel the dearest relief of any rank.
std::vector<double> most_prices(const Comm& comm, std::span<const Oracle> own,
                                std::size_t channels) {
    std::vector<double> mine;
    for (const Oracle& oracle : own) {
        for (const Relief& relief : oracle.relief) {
            mine.push_back(oracle.channels[static_cast<std::size_t>(relief.place)]);
            mine.push_back(relief.cny_per_unit);
        }
    }
    const std::vector<double> all = gather_to_all(comm, mine);
    std::vector<double> most(channels, 0.0);
    for (std::size_t k = 0; k < all.size(); k += 2) {
        double& here = most[static_cast<std::size_t>(all[k])];
        here = std::max(here, all[k + 1]);
    }
    return most;
}

/// Moves an average by a share of the way to what there is now; what is new begins as it is.
void go_towards(const std::vector<double>& now, double share, std::vector<double>& average) {
    for (std::size_t k = 0; k < average.size(); ++k) {
        average[k] += share * (now[k] - average[k]);
    }
    average.insert(average.end(), now.begin() + static_cast<std::ptrdiff_t>(average.size()),
                   now.end());
}

} // namespace

PriceEngine::PriceEngine(const Comm& comm, const lp::Coupling& coupling, std::vector<Oracle> own,
                         std::vector<char> handled)
    : comm_(comm), coupling_(coupling), own_(std::move(own)),
      most_price_(most_prices(comm, own_, coupling.channels.size())),
      dual_(coupling, std::move(handled),
            gather_movers(comm, own_, static_cast<std::size_t>(coupling.hours)),
            own_channels(own_)) {
    for (Oracle& oracle : own_) {
        oracle.reach = {}; // the movers have it
    }
    slack_cny_.assign(own_.size(), 0.0);
    seconds_.assign(own_.size(), 0.0);
    oracle_bound_cny_.assign(own_.size(), 0.0);
    dearest_cny_ =
        most_price_.empty() ? 0.0 : *std::max_element(most_price_.begin(), most_price_.end());
    set_boxes(0);
    look_at_costs();
    first_prices(0);
}

void PriceEngine::grow(const lp::Coupling& coupling) {
    const std::size_t old = coupling_.rows.size();
    coupling_ = coupling;
    dual_.grow(coupling);
    set_boxes(old);
}

/// A row of one hour whose channels count alike has no use for a price above the dearest relief:
/// that of lost load in a balance, of what is missing in a reserve (of a band between two limits,
/// amounts that stand in it relieve nothing: they are what is limited). A box only steers: the dual
/// value is a bound at any price. A row that may be broken at a price has no use for a higher one.
void PriceEngine::set_boxes(std::size_t first_row) {
    for (std::size_t r = first_row; r < coupling_.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling_.rows[r];
        const lp::Pattern& pattern = coupling_.patterns[static_cast<std::size_t>(row.pattern)];
        double most = 0.0;
        bool alike = true;
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            most = std::max(most, most_price_[static_cast<std::size_t>(pattern.channel[k])]);
            // A line's share in what is owed does not help a row over a month or year.
            const bool takes = row.end > row.begin + 1 && pattern.weight[k] < 0.0;
            alike = alike && (takes || pattern.weight[k] == 1.0);
        }
        const double relief = alike && most > 0.0 && !lp::is_band(row) ? most : lp::infinity;
        const double limit = row.must_hold() ? relief : row.breach_cny;
        dual_.set_box(r, std::isfinite(row.upper) ? -limit : 0.0,
                      std::isfinite(row.lower) ? limit : 0.0);
    }
}

void PriceEngine::start_from(std::span<const double> row_price) {
    std::vector<double> price = dual_.prices();
    for (std::size_t r = 0; r < row_price.size(); ++r) {
        price[r] = std::isnan(row_price[r]) ? price[r] : row_price[r];
    }
    dual_.set_prices(std::move(price));
}

/// An own oracle at the channels' prices; what it gives is then in own_given_.
Answer PriceEngine::ask(std::size_t number) {
    const auto hours = static_cast<std::size_t>(coupling_.hours);
    const Oracle& oracle = own_[number];
    own_price_.resize(oracle.channels.size() * hours);
    own_given_.assign(own_price_.size(), 0.0);
    for (std::size_t k = 0; k < oracle.channels.size(); ++k) {
        const auto channel = static_cast<std::size_t>(oracle.channels[k]);
        std::copy_n(channel_price_.begin() + static_cast<std::ptrdiff_t>(channel * hours), hours,
                    own_price_.begin() + static_cast<std::ptrdiff_t>(k * hours));
    }
    const auto begin = std::chrono::steady_clock::now();
    const Answer answer = oracle.solve(own_price_, own_given_);
    seconds_[number] +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return answer;
}

Answer PriceEngine::ask_and_note(std::size_t number) {
    const Answer answer = ask(number);
    slack_cny_[number] =
        answer.cost_cny - answer.bound -
        std::inner_product(own_price_.begin(), own_price_.end(), own_given_.begin(), 0.0);
    oracle_bound_cny_[number] = down_to_grid(answer.bound, bound_step);
    return answer;
}

void PriceEngine::price_channels() {
    channel_price_.resize(coupling_.channels.size() * static_cast<std::size_t>(coupling_.hours));
    dual_.price_channels(channel_price_);
}

double PriceEngine::evaluate() {
    const auto hours = static_cast<std::size_t>(coupling_.hours);
    const std::size_t rows = coupling_.rows.size();
    price_channels();
    channel_.assign(channel_price_.size(), 0.0);
    double bound = 0.0;
    // A plant that keeps its limits in no way ends the run on all ranks.
    agree(comm_, [&] {
        for (std::size_t o = 0; o < own_.size(); ++o) {
            const Oracle& oracle = own_[o];
            (void)ask_and_note(o);
            bound += oracle_bound_cny_[o];
            for (std::size_t k = 0; k < oracle.channels.size(); ++k) {
                double* sum =
                    channel_.data() + static_cast<std::size_t>(oracle.channels[k]) * hours;
                const double* given = own_given_.data() + k * hours;
                for (std::size_t t = 0; t < hours; ++t) {
                    sum[t] += to_grid(given[t], unit_step);
                }
            }
        }
    });
    row_sum_.resize(rows + 1);
    row_sum_[rows] = bound;
    dual_.add_up(comm_, channel_, row_sum_);
    return row_sum_[rows] + value_of_rows(coupling_, dual_.prices());
}

Polished PriceEngine::polish(std::vector<double> row_price, int most_calls, double least_cny,
                             const std::function<bool()>& stop) {
    dual_.set_prices(std::move(row_price));
    price_channels();
    Polished found{0.0, std::vector<double>(own_.size(), 0.0),
                   std::vector<lp::BlockPlan>(own_blocks())};
    const auto calls = [&](bool stopped) {
        return Calls{stopped ? std::min(most_calls, most_calls_in_short) : most_calls, least_cny,
                     !stopped};
    };
    std::vector<std::size_t> grouped;
    agree(comm_, [&] {
        for (std::size_t o = 0; o < own_.size(); ++o) {
            if (own_[o].grouped) {
                grouped.push_back(o);
            } else {
                ask_to_the_best({{&o, 1}, false}, calls(stop && stop()), found);
            }
        }
    });
    const bool stopped = sum(comm_, stop && stop() ? 1LL : 0LL) > 0;
    ask_to_the_best({grouped, true}, calls(stopped), found);
    std::vector<double> sum{
        std::accumulate(found.oracle_bound_cny.begin(), found.oracle_bound_cny.end(), 0.0)};
    sum_in_order(comm_, sum);
    found.bound = sum[0] + value_of_rows(coupling_, dual_.prices());
    return found;
}

double PriceEngine::bound_of(const Together& oracles) const {
    std::vector<double> sum{0.0};
    for (const std::size_t o : oracles.numbers) {
        sum[0] += oracle_bound_cny_[o];
    }
    if (oracles.over_ranks) {
        sum_in_order(comm_, sum);
    }
    return sum[0];
}

bool PriceEngine::worth_asking(const Together& oracles, double least_cny) const {
    return oracles.over_ranks ||
           std::any_of(oracles.numbers.begin(), oracles.numbers.end(),
                       [&](std::size_t o) { return slack_cny_[o] > least_cny; });
}

void PriceEngine::ask_and_compare(const Together& oracles, double& best_cny, Polished& found) {
    const auto ask_all = [&] {
        for (const std::size_t o : oracles.numbers) {
            (void)ask_and_note(o);
        }
    };
    if (oracles.over_ranks) {
        agree(comm_, ask_all);
    } else {
        ask_all();
    }
    const double now_cny = bound_of(oracles);
    if (now_cny <= best_cny) {
        return;
    }
    best_cny = now_cny;
    for (const std::size_t o : oracles.numbers) {
        const Oracle& oracle = own_[o];
        found.oracle_bound_cny[o] = oracle_bound_cny_[o];
        const bool told = oracle.plan && oracle.averaged;
        for (std::size_t b = 0; told && b < oracle.blocks.size(); ++b) {
            found.plans[oracle.blocks[b]] = oracle.plan(b);
        }
    }
}

void PriceEngine::ask_to_the_best(const Together& oracles, const Calls& calls, Polished& found) {
    std::vector<std::function<void()>> go_back;
    for (const std::size_t o : oracles.numbers) {
        if (own_[o].keep) {
            go_back.push_back(own_[o].keep());
        }
    }
    int most = calls.most;
    for (const std::size_t o : oracles.numbers) {
        if (calls.at_rest && own_[o].at_rest) {
            own_[o].at_rest();
            most = std::min(most, own_[o].most_calls_at_rest);
        }
    }
    double best = -lp::infinity;
    int idle = 0;
    for (int k = 0;
         k < most && idle < most_idle_calls && (k == 0 || worth_asking(oracles, calls.least_cny));
         ++k) {
        const double before = best;
        ask_and_compare(oracles, best, found);
        idle = best - before < calls.least_cny ? idle + 1 : 0;
    }
    for (const auto& back : go_back) {
        back();
    }
}

double PriceEngine::bound_at(std::vector<double> row_price) {
    dual_.set_prices(std::move(row_price));
    return evaluate();
}

void PriceEngine::ask_continuous(std::vector<double> row_price) {
    dual_.set_prices(std::move(row_price));
    price_channels();
    agree(comm_, [&] {
        for (std::size_t o = 0; o < own_.size(); ++o) {
            if (own_[o].averaged) {
                (void)ask(o);
            }
        }
    });
}

std::size_t PriceEngine::own_blocks() const {
    std::size_t count = 0;
    for (const Oracle& oracle : own_) {
        for (const std::size_t block : oracle.blocks) {
            count = std::max(count, block + 1);
        }
    }
    return count;
}

void PriceEngine::average_plans(double share, std::vector<lp::BlockPlan>& plans) const {
    plans.resize(own_blocks());
    for (const Oracle& oracle : own_) {
        for (std::size_t k = 0; oracle.averaged && oracle.plan && k < oracle.blocks.size(); ++k) {
            blend_plan(plans[oracle.blocks[k]], oracle.plan(k), share);
        }
    }
}

std::vector<lp::BlockPlan> PriceEngine::own_plans(bool whole) const {
    std::vector<lp::BlockPlan> plans(own_blocks());
    for (const Oracle& oracle : own_) {
        const bool told = oracle.plan && (whole || oracle.averaged);
        for (std::size_t k = 0; told && k < oracle.blocks.size(); ++k) {
            plans[oracle.blocks[k]] = oracle.plan(k);
        }
    }
    return plans;
}

void PriceEngine::average(double share, std::vector<double>& channel,
                          std::vector<double>& row_sum) {
    for (std::size_t r = 0; r < row_sum.size(); ++r) {
        row_sum[r] += share * (row_sum_[r] - row_sum[r]);
    }
    for (std::size_t c = 0; c < channel.size(); ++c) {
        channel[c] += share * (channel_[c] - channel[c]);
    }
}

/// Limits that the average breaks enter as rows with price 0: every bound stays what it is.
void PriceEngine::watch(const Settings& settings, std::span<const double> channel,
                        std::vector<double>& row_average, Found& found) {
    const lp::Coupling* more = settings.watch(channel);
    if (more == nullptr || more->rows == coupling_.rows) {
        return;
    }
    if (!std::equal(coupling_.rows.begin(), coupling_.rows.end(), more->rows.begin())) {
        found.bound = -lp::infinity; // of a programme that is no more
    }
    grow(*more);
    found.row_price.resize(coupling_.rows.size(), 0.0);
    // Their average begins with the present plans, whose sums are exact on any number of ranks.
    std::vector<double> now(coupling_.rows.size());
    dual_.add_up(comm_, channel_, now);
    row_average.insert(row_average.end(),
                       now.begin() + static_cast<std::ptrdiff_t>(row_average.size()), now.end());
}

/// Oracles with prices of their own (water, contract periods) find those that go with the rows'.
void PriceEngine::warm_up() {
    constexpr int most_calls = 20;
    constexpr double enough = 1e-5; // of the value, from one call to the next
    double before = -lp::infinity;
    for (int k = 0; k < most_calls; ++k) {
        const double value = evaluate();
        if (value - before <= enough * std::abs(value)) {
            break;
        }
        before = value;
    }
}

Found PriceEngine::run(const Settings& settings) {
    // From steps that reach prices of scarcity in a few iterations to steps that no longer matter,
    // each shorter by the same share. Measured on weeks of the northwest: steps that grow or shrink
    // with success need twice as many.
    const double first_scale =
        settings.short_steps ? short_first * typical_cny_
                             : std::sqrt(typical_cny_ * std::max(dearest_cny_, 5.0 * typical_cny_));
    const double share = std::clamp(36.0 / settings.most_iterations, least_share, most_share);
    const double last_scale =
        typical_cny_ * std::clamp(6.0 / settings.most_iterations, least_last, most_last);
    const double shrink =
        std::pow(last_scale / first_scale, 1.0 / std::max(settings.most_iterations - 1, 1));
    const int first = std::min(settings.first_iteration, settings.most_iterations - 1);
    double scale = first_scale * std::pow(shrink, first);
    if (settings.warm) {
        warm_up();
    }
    Found found;
    const auto keep_best = [&](double dual_value) {
        if (found.iterations == 1 || dual_value > found.bound) {
            found.bound = dual_value;
            found.row_price = dual_.prices();
        }
    };
    std::vector<double> mean_price;
    std::vector<double> row_average(coupling_.rows.size(), 0.0);
    std::vector<double> channel_average(
        coupling_.channels.size() * static_cast<std::size_t>(coupling_.hours), 0.0);
    for (int k = first; k < settings.most_iterations; ++k) {
        const double dual_value = evaluate();
        ++found.iterations;
        keep_best(dual_value);
        go_towards(dual_.prices(), newest_prices, mean_price);
        const double newest = k == first ? 1.0 : share;
        average(newest, channel_average, row_average);
        if (settings.progress) {
            settings.progress(k + 1, dual_value, found.bound);
        }
        if (settings.stop && settings.stop()) {
            found.newest_price = dual_.prices();
            break;
        }
        if (settings.watch && (k + 1) % settings.watch_every == 0) {
            watch(settings, channel_average, row_average, found);
            if (found.bound == -lp::infinity) {
                mean_price.clear(); // of a programme that is no more
            }
        }
        dual_.step(row_average, scale, std::min(scale, typical_cny_));
        scale *= shrink;
    }
    // The dual value is concave: prices about the best ones are worth less than their average.
    if (!mean_price.empty()) {
        mean_price.resize(coupling_.rows.size(), 0.0);
        keep_best(bound_at(std::move(mean_price)));
    }
    dual_.set_prices(found.row_price);
    return found;
}

Settled PriceEngine::settle(int iterations, double scale_cny, const Settings& settings,
                            Found& found) {
    const double scale = scale_cny > 0.0 ? scale_cny : 0.1 * typical_cny_;
    Settled settled;
    std::vector<double> row_average(coupling_.rows.size(), 0.0);
    std::vector<double> channel_average(
        coupling_.channels.size() * static_cast<std::size_t>(coupling_.hours), 0.0);
    for (int k = 0; k < iterations; ++k) {
        const double dual_value = evaluate();
        ++found.iterations;
        if (dual_value > found.bound) {
            found.bound = dual_value;
            found.row_price = dual_.prices();
        }
        if (settings.progress) {
            settings.progress(found.iterations, dual_value, found.bound);
        }
        average(1.0 / (k + 1), channel_average, row_average);
        average_plans(1.0 / (k + 1), settled.plans);
        if (settings.stop && settings.stop()) {
            break;
        }
        if (settings.watch && (k + 1) % settings.watch_every == 0) {
            watch(settings, channel_average, row_average, found);
        }
        dual_.step(row_average, scale, std::min(scale, typical_cny_));
    }
    for (const Oracle& oracle : own_) {
        for (std::size_t k = 0; !oracle.averaged && k < oracle.blocks.size(); ++k) {
            settled.plans[oracle.blocks[k]] = oracle.plan(k);
        }
    }
    return settled;
}

void PriceEngine::rest() {
    dual_.forget_metric();
    for (std::vector<double>* table : {&channel_price_, &channel_, &own_price_, &own_given_}) {
        *table = std::vector<double>(); // `= {}` would keep the memory
    }
    for (const Oracle& oracle : own_) {
        if (oracle.forget_plan) {
            oracle.forget_plan();
        }
    }
}

} // namespace longyang::solve::prices
