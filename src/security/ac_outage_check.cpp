#include "security/ac_outage_check.hpp"

#include "base/join.hpp"
#include "grid/islands.hpp"
#include "powerflow/ac_island.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <tuple>

namespace longyang::security {
namespace {

using kernels::AcBus;
using kernels::AcOutageAnswers;
using kernels::AcStatus;
using kernels::AcWorst;
using kernels::AcWorsts;
using powerflow::AcHoursAnswer;
using powerflow::AcNetwork;

constexpr double tolerance = 1e-6; ///< of ratings by their part, of voltages in pu

std::size_t at(int i) {
    return static_cast<std::size_t>(i);
}

/// Lets the less of two stay by `sign` times their values; of those that are equal to 1e-9 the one
/// of the first outage and hour, whichever part of the study found it.
void keep_least(AcWorst& worst, const AcWorst& next, double sign) {
    const auto key = [sign](const AcWorst& w) {
        return std::make_tuple(w.place < 0, sign * std::round(w.value * 1e9), w.outage, w.hour,
                               w.place);
    };
    worst = key(next) < key(worst) ? next : worst;
}
void keep_larger(AcWorst& worst, const AcWorst& next) {
    keep_least(worst, next, -1.0);
}
void keep_smaller(AcWorst& worst, const AcWorst& next) {
    keep_least(worst, next, 1.0);
}

std::vector<AcWorsts> none(std::size_t count) {
    AcWorsts worst;
    worst.low.value = worst.high.value = std::numeric_limits<double>::infinity();
    return std::vector<AcWorsts>(count, worst);
}

/// Adds what another part of the study found of the same hour, outage, branch or bus.
void add(const AcWorsts& from, AcWorsts& to) {
    keep_larger(to.loading, from.loading);
    keep_smaller(to.low, from.low);
    keep_smaller(to.high, from.high);
    to.overloads += from.overloads;
    to.outside += from.outside;
    to.not_solved += from.not_solved;
    to.limits_open += from.limits_open;
}

/// Injections in hours with one capacity.
powerflow::AcInjections part_of(const powerflow::AcInjections& whole, const CapacitySpan& of) {
    powerflow::AcInjections part;
    part.buses = whole.buses;
    part.hours = at(of.end - of.begin);
    const auto cut = [&](const auto& table) { return hours_of(std::span(table), whole.hours, of); };
    part.p_pu = cut(whole.p_pu);
    part.machine_loss_pu = cut(whole.machine_loss_pu);
    part.q_pu = cut(whole.q_pu);
    part.q_min_pu = cut(whole.q_min_pu);
    part.q_max_pu = cut(whole.q_max_pu);
    part.holds = cut(whole.holds);
    return part;
}

/// What is left of the network, and its injections, after an outage that is looked at apart, in
/// hours with one capacity.
struct After {
    const CapacitySpan& capacity;
    AcNetwork network;
    powerflow::AcInjections injections;

    /// The place of an hour of the span.
    [[nodiscard]] std::size_t place(std::size_t hour) const { return hour - at(capacity.begin); }
};

class Check {
public:
    Check(const Comm& comm, const grid::System& system, const Contingencies& all, grid::Span span,
          const AcNetwork& network, const powerflow::AcInjections& injections,
          const AcHoursAnswer& intact, const AcOutageOptions& options)
        : comm_(comm), system_(system), all_(all), span_(span), network_(network),
          injections_(injections), intact_(intact), options_(options),
          branches_(system.branches.x_pu.size()), hours_(span.size()), own_(share_of(comm, hours_)),
          capacities_(capacity_spans(system, span)) {
        for (std::size_t l = 0; l < branches_; ++l) {
            branch_.push_back(powerflow::ac_branch(system, l));
        }
        AcOutageAnswers& found = result_.found;
        found.by_hour = none(own_.end - own_.begin);
        found.by_outage = none(branches_);
        found.by_branch = none(branches_);
        found.by_bus = none(injections.buses);
    }

    AcOutageCheck run(std::span<const double> power_mw) {
        set_ratings();
        choose_apart();
        agree(comm_, [&] {
            const auto& island = network_.island;
            for (int n = 0; n <= *std::max_element(island.begin(), island.end()); ++n) {
                solve_island(n);
            }
        });
        for (const int lost : result_.apart) {
            for (const CapacitySpan& of : capacities_) {
                solve_apart(lost, of, power_mw);
            }
        }
        for (std::size_t t = 0; t < hours_; ++t) {
            result_.hours_left_out += is_solved(t) ? 0 : 1;
        }
        join_ranks();
        return std::move(result_);
    }

private:
    [[nodiscard]] bool is_solved(std::size_t hour) const {
        return intact_.status[hour] != AcStatus::not_converged;
    }

    /// Ratings after an outage, pu, by branch and this rank's hours (N1-5).
    void set_ratings() {
        const std::size_t n = own_.end - own_.begin;
        rating_pu_.assign(branches_ * n, std::numeric_limits<double>::infinity());
        for (std::size_t l = 0; l < branches_; ++l) {
            for (std::size_t h = 0; h < n; ++h) {
                const double mva =
                    emergency_rating_mw(system_, l, span_.begin + static_cast<int>(own_.begin + h));
                if (mva > 0.0) {
                    rating_pu_[l * n + h] = mva / system_.info.base_mva;
                }
            }
        }
    }

    /// Islands that the rest of the network makes without a branch.
    [[nodiscard]] std::vector<int> islands_without(int lost) const {
        std::vector<int> from;
        std::vector<int> to;
        for (std::size_t l = 0; l < branches_; ++l) {
            if (static_cast<int>(l) != lost) {
                from.push_back(system_.branches.from_bus[l]);
                to.push_back(system_.branches.to_bus[l]);
            }
        }
        return grid::islands(network_.buses, from, to);
    }

    void choose_apart() {
        std::set<int> apart;
        for (std::size_t l = 0; l < branches_; ++l) {
            const auto island = islands_without(static_cast<int>(l));
            if (island[at(branch_[l].from)] != island[at(branch_[l].to)]) {
                apart.insert(static_cast<int>(l));
            }
        }
        for (const Action& action : all_.actions) {
            const Contingency& c = all_.list[at(action.contingency)];
            if (options_.actions && c.second_branch < 0) {
                apart.insert(c.branch);
            }
        }
        result_.apart.assign(apart.begin(), apart.end());
    }

    /// All outages within an island that leave it whole, in this rank's hours.
    void solve_island(int number) {
        const powerflow::AcIsland island(network_, number);
        const std::size_t n = own_.end - own_.begin;
        const auto part = [&](const std::vector<double>& table) {
            return island.part_of(table, hours_, own_);
        };
        IslandOfCheck of(*this, island);
        if (of.outage.empty() || n == 0) {
            return;
        }
        const std::vector<double> p = part(injections_.p_pu);
        const std::vector<double> q = part(injections_.q_pu);
        const std::vector<double> v = part(intact_.v_pu);
        const std::vector<double> angle = part(intact_.angle_rad);
        const auto limits =
            powerflow::reactive_limits(island, injections_, own_, options_.reactive_limits);
        std::vector<std::uint8_t> solved;
        for (std::size_t t = own_.begin; t < own_.end; ++t) {
            solved.push_back(is_solved(t) ? 1 : 0);
        }
        const std::vector<double> ones(of.branch.size(), 1.0);
        const AcOutageAnswers found = kernels::solve_ac_outages(
            island.network(), {n, p, q, island.v_set_pu, limits.low, limits.high, {}, {}},
            {v, angle, solved}, {of.table, ones, of.rating, of.v_min, of.v_max, of.outage}, {});
        take(found, of);
    }

    /// An island's part of the tables.
    struct IslandOfCheck {
        std::vector<int> branch, bus; ///< rows of the whole
        std::vector<kernels::AcBranch> table;
        std::vector<double> rating, v_min, v_max;
        std::vector<std::int32_t> outage; ///< of `branch`

        IslandOfCheck(const Check& check, const powerflow::AcIsland& island) {
            std::vector<int> place(check.network_.kind.size(), -1);
            for (const std::size_t b : island.bus) {
                place[b] = static_cast<int>(bus.size());
                bus.push_back(static_cast<int>(b));
                v_min.push_back(check.system_.buses.v_min_pu[b]);
                v_max.push_back(check.system_.buses.v_max_pu[b]);
            }
            const std::size_t n = check.own_.end - check.own_.begin;
            for (std::size_t l = 0; l < check.branches_; ++l) {
                kernels::AcBranch row = check.branch_[l];
                if (place[at(row.from)] < 0) {
                    continue;
                }
                row.from = place[at(row.from)];
                row.to = place[at(row.to)];
                const auto& apart = check.result_.apart;
                if (!std::binary_search(apart.begin(), apart.end(), static_cast<int>(l))) {
                    outage.push_back(static_cast<std::int32_t>(branch.size()));
                }
                branch.push_back(static_cast<int>(l));
                table.push_back(row);
                const auto ratings = check.rating_pu_.begin() + static_cast<std::ptrdiff_t>(l * n);
                rating.insert(rating.end(), ratings, ratings + static_cast<std::ptrdiff_t>(n));
            }
        }
    };

    /// Takes an island's findings over, in the rows of the whole.
    void take(const AcOutageAnswers& found, const IslandOfCheck& of) {
        const auto lost = [&](std::int32_t o) { return of.branch[at(of.outage[at(o)])]; };
        const auto whole = [&](AcWorsts w) {
            for (AcWorst* one : {&w.loading, &w.low, &w.high}) {
                if (one->place >= 0) {
                    one->place = (one == &w.loading ? of.branch : of.bus)[at(one->place)];
                    one->outage = lost(one->outage);
                    one->hour += static_cast<std::int32_t>(own_.begin);
                }
            }
            return w;
        };
        AcOutageAnswers& all = result_.found;
        for (std::size_t t = 0; t < found.by_hour.size(); ++t) {
            add(whole(found.by_hour[t]), all.by_hour[t]);
        }
        for (std::size_t o = 0; o < found.by_outage.size(); ++o) {
            add(whole(found.by_outage[o]), all.by_outage[at(lost(static_cast<std::int32_t>(o)))]);
        }
        for (std::size_t l = 0; l < found.by_branch.size(); ++l) {
            add(whole(found.by_branch[l]), all.by_branch[at(of.branch[l])]);
        }
        for (std::size_t b = 0; b < found.by_bus.size(); ++b) {
            add(whole(found.by_bus[b]), all.by_bus[at(of.bus[b])]);
        }
        for (const kernels::AcOutageLeft& left : found.left) {
            all.left.push_back({lost(left.outage),
                                left.hour + static_cast<std::int32_t>(own_.begin),
                                of.bus[at(left.bus)], left.mismatch_pu});
        }
        all.by_first_steps += found.by_first_steps;
        all.by_own_newton += found.by_own_newton;
        all.by_damped_newton += found.by_damped_newton;
        if (options_.reactive_limits) {
            all.slack_beyond += found.slack_beyond;
            all.slack_pu = std::max(all.slack_pu, found.slack_pu);
        }
    }

    /// An outage that splits its island, or sets off a scheme: what is left is solved anew.
    void solve_apart(int lost, const CapacitySpan& of, std::span<const double> power_mw) {
        After after{of, network_, part_of(injections_, of)};
        powerflow::take_out_branch(branch_[at(lost)], after.network);
        make_parts(lost, after);
        balance_parts(lost, after);
        act(lost, power_mw, after);
        powerflow::AcHoursSettings settings;
        settings.reactive_limits = options_.reactive_limits;
        const AcHoursAnswer answer =
            powerflow::solve_ac_hours(comm_, after.network, after.injections, settings);
        const std::size_t end = std::min(own_.end, at(of.end));
        for (std::size_t t = std::max(own_.begin, at(of.begin)); t < end; ++t) {
            if (is_solved(t)) {
                look_at_hour(lost, t, after, answer);
            }
        }
    }

    /// Numbers the parts, marks dead ones, and gives each its slack.
    void make_parts(int lost, After& after) const {
        AcNetwork& network = after.network;
        network.island = islands_without(lost);
        const int count = *std::max_element(network.island.begin(), network.island.end()) + 1;
        int live = 0;
        for (int part = 0; part < count; ++part) {
            std::vector<std::size_t> bus;
            for (std::size_t b = 0; b < network.island.size(); ++b) {
                if (network.island[b] == part) {
                    bus.push_back(b);
                }
            }
            const auto inside = [&](int one) { return network.island[at(one)] == part; };
            const bool touched = inside(branch_[at(lost)].from) != inside(branch_[at(lost)].to);
            const bool is_live = give_slack(bus, touched, after.capacity.mw, network);
            const int number = is_live ? live++ : -1;
            for (const std::size_t b : bus) {
                network.island[b] = number;
            }
        }
    }

    /// Shares of the slack and a slack bus for a part; false where it is dead. split: it was a
    /// part of a larger island.
    static bool give_slack(const std::vector<std::size_t>& bus, bool split,
                           const std::vector<double>& capacity_mw, AcNetwork& network) {
        const auto sum = [&bus](const std::vector<double>& of) {
            return std::accumulate(bus.begin(), bus.end(), 0.0,
                                   [&of](double so_far, std::size_t b) { return so_far + of[b]; });
        };
        const auto held = [&network](std::size_t b) { return network.kind[b] != AcBus::load; };
        if (!std::any_of(bus.begin(), bus.end(), held) || (split && sum(capacity_mw) <= 0.0)) {
            return false;
        }
        const double shares = sum(network.slack_share);
        const double capacity = sum(capacity_mw);
        std::size_t best = bus.front();
        for (const std::size_t b : bus) {
            network.slack_share[b] = shares > 0.0     ? network.slack_share[b] / shares
                                     : capacity > 0.0 ? capacity_mw[b] / capacity
                                                      : 1.0 / static_cast<double>(bus.size());
            const bool better =
                held(b) && (!held(best) || network.slack_share[b] > network.slack_share[best]);
            best = better ? b : best;
        }
        const bool has_slack = std::any_of(bus.begin(), bus.end(), [&network](std::size_t b) {
            return network.kind[b] == AcBus::slack;
        });
        if (!has_slack) {
            network.kind[best] = AcBus::slack;
        }
        return true;
    }

    /// N1-3: what each part sent over the lost branch is taken up by its plants' capacity.
    void balance_parts(int lost, After& after) const {
        const auto from = at(branch_[at(lost)].from);
        const auto to = at(branch_[at(lost)].to);
        if (after.network.island[from] == after.network.island[to]) {
            return;
        }
        for (std::size_t t = at(after.capacity.begin); t < at(after.capacity.end); ++t) {
            const auto flow = flow_before(lost, t);
            take_up(after, from, t, flow.from_mw / system_.info.base_mva);
            take_up(after, to, t, flow.to_mw / system_.info.base_mva);
        }
    }

    [[nodiscard]] powerflow::AcBranchFlow flow_before(int branch, std::size_t hour) const {
        std::vector<double> v(intact_.buses);
        std::vector<double> angle(intact_.buses);
        for (const int bus : {branch_[at(branch)].from, branch_[at(branch)].to}) {
            v[at(bus)] = intact_.v_pu[at(bus) * hours_ + hour];
            angle[at(bus)] = intact_.angle_rad[at(bus) * hours_ + hour];
        }
        return powerflow::ac_branch_flow(system_, at(branch), v, angle);
    }

    /// Lowers what the part of a bus feeds in, by shares of capacity.
    static void take_up(After& after, std::size_t bus, std::size_t hour, double surplus_pu) {
        const std::vector<double>& mw = after.capacity.mw;
        const int part = after.network.island[bus];
        double sum = 0.0;
        for (std::size_t b = 0; b < mw.size(); ++b) {
            sum += after.network.island[b] == part ? mw[b] : 0.0;
        }
        for (std::size_t b = 0; b < mw.size() && part >= 0 && sum > 0.0; ++b) {
            if (after.network.island[b] == part) {
                after.injections.p_pu[b * after.injections.hours + after.place(hour)] -=
                    surplus_pu * mw[b] / sum;
            }
        }
    }

    /// N1-7, armed by the AC flow of the intact network.
    void act(int lost, std::span<const double> power_mw, After& after) const {
        for (std::size_t a = 0; a < all_.actions.size() && options_.actions; ++a) {
            const Action& action = all_.actions[a];
            const Contingency& c = all_.list[at(action.contingency)];
            if (c.branch != lost || c.second_branch >= 0) {
                continue;
            }
            const double sign = action.kind == Action::Kind::run_back ? 1.0 : -1.0;
            for (std::size_t t = at(after.capacity.begin); t < at(after.capacity.end); ++t) {
                if (std::abs(flow_before(lost, t).from_mw) >= action.arm_above_mw) {
                    const double pu = sign * std::min(action.amount_mw, power_mw[a * hours_ + t]) /
                                      system_.info.base_mva;
                    after.injections
                        .p_pu[at(action.bus) * after.injections.hours + after.place(t)] += pu;
                    take_up(after, at(action.bus), t, pu);
                }
            }
        }
    }

    void look_at_hour(int lost, std::size_t hour, const After& after, const AcHoursAnswer& answer) {
        const std::size_t place = after.place(hour);
        AcOutageAnswers& all = result_.found;
        const auto o = at(lost);
        AcWorsts& of_hour = all.by_hour[hour - own_.begin];
        if (answer.status[place] == AcStatus::not_converged) {
            all.left.push_back({lost, static_cast<std::int32_t>(hour), answer.worst_bus[place],
                                answer.mismatch_pu[place]});
            ++of_hour.not_solved;
            ++all.by_outage[o].not_solved;
            return;
        }
        ++result_.by_parts;
        const std::int64_t open = answer.status[place] == AcStatus::limits_open ? 1 : 0;
        of_hour.limits_open += open;
        all.by_outage[o].limits_open += open;
        if (options_.reactive_limits) {
            result_.slack.take(
                powerflow::slack_beyond_pu(after.network, after.injections, answer, place),
                system_.info.base_mva);
        }
        look_at_branches(lost, hour, after, answer);
        look_at_buses(lost, hour, after, answer);
    }

    void look_at_branches(int lost, std::size_t hour, const After& after,
                          const AcHoursAnswer& answer) {
        const std::size_t n = own_.end - own_.begin;
        const auto v = powerflow::voltages_of(answer, after.place(hour));
        const auto before = powerflow::voltages_of(intact_, hour);
        for (std::size_t l = 0; l < branches_; ++l) {
            const double rating = rating_pu_[l * n + hour - own_.begin] * system_.info.base_mva;
            const bool dead = after.network.island[at(branch_[l].from)] < 0;
            if (static_cast<int>(l) == lost || dead || std::isinf(rating)) {
                continue;
            }
            const auto loading = [&](const powerflow::HourVoltages& of) {
                return powerflow::ac_branch_flow(system_, l, of.v_pu, of.angle_rad).largest_mva() /
                       rating;
            };
            const AcWorst here{loading(v), static_cast<std::int32_t>(l), lost,
                               static_cast<std::int32_t>(hour)};
            const bool over =
                here.value > 1.0 + tolerance && here.value > (1.0 + tolerance) * loading(before);
            AcOutageAnswers& all = result_.found;
            for (AcWorsts* w :
                 {&all.by_hour[hour - own_.begin], &all.by_outage[at(lost)], &all.by_branch[l]}) {
                keep_larger(w->loading, here);
                w->overloads += over ? 1 : 0;
            }
        }
    }

    void look_at_buses(int lost, std::size_t hour, const After& after,
                       const AcHoursAnswer& answer) {
        AcOutageAnswers& all = result_.found;
        for (std::size_t b = 0; b < answer.buses; ++b) {
            if (after.network.island[b] < 0) {
                continue;
            }
            const double v = answer.v_pu[b * answer.hours + after.place(hour)];
            const double before = intact_.v_pu[b * hours_ + hour];
            const double low = system_.buses.v_min_pu[b];
            const double high = system_.buses.v_max_pu[b];
            const auto bus = static_cast<std::int32_t>(b);
            const auto t = static_cast<std::int32_t>(hour);
            const bool outside =
                v < std::min(low, before) - tolerance || v > std::max(high, before) + tolerance;
            for (AcWorsts* w :
                 {&all.by_hour[hour - own_.begin], &all.by_outage[at(lost)], &all.by_bus[b]}) {
                keep_smaller(w->low, {v - low, bus, lost, t});
                keep_smaller(w->high, {high - v, bus, lost, t});
                w->outside += outside ? 1 : 0;
            }
        }
    }

    void join_ranks() {
        AcOutageAnswers& all = result_.found;
        all.by_hour = join(comm_, all.by_hour);
        for (auto* worsts : {&all.by_outage, &all.by_branch, &all.by_bus}) {
            const std::vector<AcWorsts> of_ranks = join(comm_, *worsts);
            const std::size_t count = worsts->size();
            *worsts = none(count);
            for (std::size_t i = 0; i < of_ranks.size(); ++i) {
                add(of_ranks[i], (*worsts)[i % count]);
            }
        }
        all.left = join(comm_, all.left);
        std::sort(all.left.begin(), all.left.end(), [](const auto& a, const auto& b) {
            return std::tie(a.outage, a.hour) < std::tie(b.outage, b.hour);
        });
        powerflow::SlackBeyond& slack = result_.slack;
        slack.cases = sum(comm_, slack.cases + static_cast<long long>(all.slack_beyond));
        slack.most_mvar =
            max(comm_, std::max(slack.most_mvar, all.slack_pu * system_.info.base_mva));
        for (std::int64_t* count :
             {&all.by_first_steps, &all.by_own_newton, &all.by_damped_newton, &result_.by_parts}) {
            *count = sum(comm_, static_cast<long long>(*count));
        }
    }

    const Comm& comm_;
    const grid::System& system_;
    const Contingencies& all_;
    grid::Span span_;
    const AcNetwork& network_;
    const powerflow::AcInjections& injections_;
    const AcHoursAnswer& intact_;
    AcOutageOptions options_;
    std::size_t branches_, hours_;
    Share own_;
    std::vector<CapacitySpan> capacities_;
    std::vector<kernels::AcBranch> branch_;
    std::vector<double> rating_pu_;
    AcOutageCheck result_;
};

} // namespace

AcOutageCheck check_ac_outages(const Comm& comm, const grid::System& system,
                               const Contingencies& all, grid::Span span,
                               const powerflow::AcNetwork& network,
                               const powerflow::AcInjections& injections,
                               const powerflow::AcHoursAnswer& intact,
                               std::span<const double> power_mw, const AcOutageOptions& options) {
    return Check(comm, system, all, span, network, injections, intact, options).run(power_mw);
}

} // namespace longyang::security
