#include "kernels/ac_outages.hpp"

#include "kernels/detail/ac_memory.hpp"
#include "kernels/detail/ac_outages.hpp"
#include "kernels/detail/ac_variants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace longyang::kernels {
namespace detail {
namespace {

using HostRange =
    Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace, Kokkos::IndexType<std::ptrdiff_t>>;

std::size_t at(std::int32_t i) {
    return static_cast<std::size_t>(i);
}

void require_case(const AcNetwork& network, const AcHours& hours, const AcBaseState& base,
                  const AcOutageCase& outages) {
    const std::size_t all = network.buses * hours.hours;
    require_size("p_pu", hours.p_pu.size(), all);
    require_size("q_pu", hours.q_pu.size(), all);
    require_size("base v_pu", base.v_pu.size(), all);
    require_size("base angle_rad", base.angle_rad.size(), all);
    require_size("base solved", base.solved.size(), hours.hours);
    require_size("v_min_pu", outages.v_min_pu.size(), network.buses);
    require_size("v_max_pu", outages.v_max_pu.size(), network.buses);
    require_size("rating_pu", outages.rating_pu.size(), outages.branch.size());
    if (!outages.rating_factor.empty()) {
        require_size("rating_factor", outages.rating_factor.size(),
                     outages.branch.size() * hours.hours);
    }
    const auto inside = [](std::int32_t i, std::size_t count) { return i >= 0 && at(i) < count; };
    for (const AcBranch& b : outages.branch) {
        if (!inside(b.from, network.buses) || !inside(b.to, network.buses) || b.from == b.to) {
            throw std::invalid_argument("AC outages: a branch from bus " + std::to_string(b.from) +
                                        " to bus " + std::to_string(b.to));
        }
    }
    for (const std::int32_t lost : outages.outage) {
        if (!inside(lost, outages.branch.size())) {
            throw std::invalid_argument("AC outages: the loss of branch " + std::to_string(lost));
        }
    }
}

/// A table by bus, or by bus and hour, in the caller's memory.
AcTable table_of(const char* name, std::span<const double> values, std::size_t rows,
                 std::size_t hours) {
    if (values.empty()) {
        return {};
    }
    if (values.size() == rows && hours != 1) {
        return {values.data(), 1, 0};
    }
    require_size(name, values.size(), rows * hours);
    return {values.data(), length(hours), 1};
}

/// Groups of hours with the outages that are solved in them.
struct Tasks {
    std::vector<std::int32_t> hour;
    std::vector<std::uint8_t> copy;
    std::vector<std::int32_t> first, last;

    /// Cuts hours into groups; copies of the last one fill up.
    void add(const std::vector<std::int32_t>& hours, std::int32_t first_outage,
             std::int32_t last_outage, std::ptrdiff_t stride) {
        hour.insert(hour.end(), hours.begin(), hours.end());
        copy.resize(hour.size(), 0);
        while (length(hour.size()) % stride != 0) {
            hour.push_back(hour.back());
            copy.push_back(1);
        }
        first.resize(hour.size() / static_cast<std::size_t>(stride), first_outage);
        last.resize(first.size(), last_outage);
    }
};

/// One call of solve_ac_outages.
class OutageCall {
public:
    OutageCall(const AcNetwork& network, const AcHours& hours, const AcBaseState& base,
               const AcOutageCase& outages, const AcOutageSettings& settings)
        : settings_(settings), hours_(hours.hours), buses_(network.buses), base_(base),
          structure_(ac_structure(network, !hours.q_min_pu.empty())),
          net_(structure_in(arrays_, structure_)),
          variant_(host_variant(net_, settings.group_hours, settings.register_bytes)),
          stride_(variant_.stride) {
        set_input(hours);
        set_branches(outages);
        set_base();
        work_.state = arrays_.put(
            std::vector<AcOutageState>(outage_.size() * hours_, AcOutageState::not_tried));
    }

    AcOutageAnswers solve() {
        answers_.by_hour.resize(hours_);
        answers_.by_outage.resize(outage_.size());
        answers_.by_branch.resize(branch_.size());
        answers_.by_bus.resize(buses_);
        for (auto* worsts :
             {&answers_.by_hour, &answers_.by_outage, &answers_.by_branch, &answers_.by_bus}) {
            start(*worsts);
        }
        std::vector<std::int32_t> solved;
        for (std::size_t h = 0; h < hours_; ++h) {
            if (base_.solved[h] != 0) {
                solved.push_back(static_cast<std::int32_t>(h));
            }
        }
        Tasks all;
        if (!solved.empty() && !outage_.empty()) {
            all.add(solved, 0, static_cast<std::int32_t>(outage_.size()), stride_);
        }
        answers_.by_first_steps = run(all, settings_.first_steps, false);
        answers_.by_own_newton = run(what_is_left(), settings_.newton_steps, false);
        work_.mismatch = arrays_.make<double>(length(outage_.size() * hours_));
        work_.worst_bus = arrays_.make<std::int32_t>(length(outage_.size() * hours_));
        answers_.by_damped_newton = run(what_is_left(), settings_.damped_steps, true);
        name_left();
        return std::move(answers_);
    }

private:
    static void start(std::vector<AcWorsts>& worsts) {
        for (AcWorsts& worst : worsts) {
            worst.low.value = worst.high.value = std::numeric_limits<double>::infinity();
        }
    }

    void set_input(const AcHours& hours) {
        AcInput& input = work_.newton.input;
        input.p = table_of("p_pu", hours.p_pu, buses_, hours_);
        input.q = table_of("q_pu", hours.q_pu, buses_, hours_);
        input.v_set = table_of("v_set_pu", hours.v_set_pu, buses_, hours_);
        input.q_min = table_of("q_min_pu", hours.q_min_pu, buses_, hours_);
        input.q_max = table_of("q_max_pu", hours.q_max_pu, buses_, hours_);
        work_.newton.net = net_;
        work_.hours = length(hours_);
        work_.entries = static_cast<int>(structure_.entry_node.size());
    }

    [[nodiscard]] std::int32_t entry(std::int32_t from, std::int32_t to) const {
        for (auto e = structure_.entry_begin[at(from)]; e < structure_.entry_begin[at(from) + 1];
             ++e) {
            if (structure_.entry_node[at(e)] == to) {
                return e;
            }
        }
        throw std::invalid_argument("AC outages: a branch is not in the network");
    }

    void set_branches(const AcOutageCase& outages) {
        std::vector<std::int32_t> node(buses_);
        std::vector<double> v_min;
        std::vector<double> v_max;
        for (std::size_t i = 0; i < buses_; ++i) {
            const std::size_t bus = at(structure_.bus[i]);
            node[bus] = static_cast<std::int32_t>(i);
            v_min.push_back(outages.v_min_pu[bus]);
            v_max.push_back(outages.v_max_pu[bus]);
        }
        for (const AcBranch& b : outages.branch) {
            const std::int32_t from = node[at(b.from)];
            const std::int32_t to = node[at(b.to)];
            branch_.push_back({from, to, entry(from, to), entry(to, from), b.g_from_from,
                               b.b_from_from, b.g_from_to, b.b_from_to, b.g_to_from, b.b_to_from,
                               b.g_to_to, b.b_to_to});
        }
        outage_.assign(outages.outage.begin(), outages.outage.end());
        const bool by_hour = !outages.rating_factor.empty();
        std::vector<double> inverse;
        for (std::size_t b = 0; b < branch_.size(); ++b) {
            for (std::size_t h = 0; h < (by_hour ? hours_ : 1); ++h) {
                const double factor = by_hour ? outages.rating_factor[b * hours_ + h] : 1.0;
                const double rating = outages.rating_pu[b] * factor;
                inverse.push_back(std::isfinite(rating) ? 1.0 / (rating * rating) : 0.0);
            }
        }
        work_.v_min = arrays_.put(v_min);
        work_.v_max = arrays_.put(v_max);
        work_.branch = arrays_.put(branch_);
        work_.branches = static_cast<int>(branch_.size());
        work_.outage = arrays_.put(outage_);
        work_.outages = static_cast<int>(outage_.size());
        work_.inverse_rating = {arrays_.put(inverse), by_hour ? length(hours_) : 1,
                                by_hour ? 1 : 0};
        work_.tolerance_rating = settings_.tolerance_rating;
        work_.tolerance_v = settings_.tolerance_v_pu;
    }

    /// Tiles of the intact network's voltages.
    void set_base() {
        const std::ptrdiff_t tile = 2 * std::ptrdiff_t{net_.nodes} * stride_;
        double* to = arrays_.make<double>(parts(length(hours_), stride_) * tile);
        for (std::size_t i = 0; i < buses_; ++i) {
            const std::size_t row = at(structure_.bus[i]) * hours_;
            for (std::size_t h = 0; h < hours_; ++h) {
                const std::ptrdiff_t place =
                    length(h) / stride_ * tile + 2 * length(i) * stride_ + length(h) % stride_;
                const double v = base_.v_pu[row + h];
                const double angle = base_.angle_rad[row + h];
                to[place] = v * std::cos(angle);
                to[place + stride_] = v * std::sin(angle);
            }
        }
        work_.base = to;
    }

    /// Outages and hours that are not solved, packed outage by outage.
    [[nodiscard]] Tasks what_is_left() const {
        Tasks tasks;
        std::vector<std::int32_t> hours;
        for (std::size_t o = 0; o < outage_.size(); ++o) {
            hours.clear();
            for (std::size_t h = 0; h < hours_; ++h) {
                if (work_.state[o * hours_ + h] == AcOutageState::left) {
                    hours.push_back(static_cast<std::int32_t>(h));
                }
            }
            if (!hours.empty()) {
                const auto outage = static_cast<std::int32_t>(o);
                tasks.add(hours, outage, outage + 1, stride_);
            }
        }
        return tasks;
    }

    /// Worst ones of one slot.
    struct Tally {
        std::vector<AcWorsts> hour, outage, branch, bus;
    };

    /// Runs tasks; gives the number of outages and hours that they solved.
    std::int64_t run(const Tasks& tasks, int steps, bool damped) {
        if (tasks.first.empty()) {
            return 0;
        }
        HostArrays rooms;
        AcOutageWork work = work_;
        AcNewton& newton = work.newton;
        newton.steps = {settings_.tolerance_pu, settings_.q_tolerance_pu, steps};
        newton.damped = damped;
        newton.batch.groups = length(tasks.first.size());
        newton.batch.hour = rooms.put(tasks.hour);
        newton.batch.copy = rooms.put(tasks.copy);
        work.first = rooms.put(tasks.first);
        work.last = rooms.put(tasks.last);
        newton.slots = std::min<std::ptrdiff_t>(newton.batch.groups,
                                                Kokkos::DefaultHostExecutionSpace().concurrency());
        make_rooms(rooms, work);
        std::vector<Tally> tallies(static_cast<std::size_t>(newton.slots));
        std::vector<AcTally> views;
        for (Tally& t : tallies) {
            t = {answers_.by_hour, answers_.by_outage, answers_.by_branch, answers_.by_bus};
            for (auto* worsts : {&t.hour, &t.outage, &t.branch, &t.bus}) {
                forget_counts(*worsts);
            }
            views.push_back({t.hour.data(), t.outage.data(), t.branch.data(), t.bus.data(), 0});
        }
        work.tally = views.data();
        Kokkos::parallel_for(
            "AC outages", HostRange(0, newton.slots),
            [work, run = variant_.outages](std::ptrdiff_t item) { run(work, item); });
        std::int64_t solved = 0;
        for (std::size_t slot = 0; slot < tallies.size(); ++slot) {
            add(tallies[slot].hour, answers_.by_hour);
            add(tallies[slot].outage, answers_.by_outage);
            add(tallies[slot].branch, answers_.by_branch);
            add(tallies[slot].bus, answers_.by_bus);
            solved += views[slot].solved;
        }
        return solved;
    }

    void make_rooms(HostArrays& rooms, AcOutageWork& work) const {
        AcNewton& newton = work.newton;
        const std::ptrdiff_t nodes = newton.slots * stride_ * net_.nodes;
        newton.voltage = rooms.make<double>(2 * nodes);
        newton.best = newton.damped ? rooms.make<double>(2 * nodes) : nullptr;
        newton.power = rooms.make<double>(2 * nodes);
        newton.given = rooms.make<double>(2 * nodes);
        newton.free_v = rooms.make<double>(nodes);
        newton.side = rooms.make<AcSide>(nodes);
        newton.returns = rooms.make<std::uint8_t>(nodes);
        newton.work = rooms.make<float>(newton.slots * stride_ * net_.work_size);
        newton.x = rooms.make<float>(newton.slots * stride_ * net_.unknowns);
        work.start_voltage = rooms.make<double>(2 * nodes);
        work.start_given = rooms.make<double>(2 * nodes);
        work.start_free = rooms.make<double>(nodes);
        work.start_side = rooms.make<AcSide>(nodes);
        const std::ptrdiff_t branches = newton.slots * stride_ * work.branches;
        work.before = rooms.make<double>(branches);
        work.scale = rooms.make<double>(branches);
        std::vector<double> admittance;
        for (std::ptrdiff_t slot = 0; slot < newton.slots; ++slot) {
            for (const auto* part :
                 {&structure_.own_g, &structure_.own_b, &structure_.entry_g, &structure_.entry_b}) {
                admittance.insert(admittance.end(), part->begin(), part->end());
            }
        }
        work.admittance = rooms.put(admittance);
    }

    static void forget_counts(std::vector<AcWorsts>& worsts) {
        for (AcWorsts& w : worsts) {
            w.overloads = w.outside = w.not_solved = w.limits_open = 0;
        }
    }

    static void add(const std::vector<AcWorsts>& from, std::vector<AcWorsts>& to) {
        for (std::size_t i = 0; i < to.size(); ++i) {
            keep_larger(to[i].loading, from[i].loading);
            keep_smaller(to[i].low, from[i].low);
            keep_smaller(to[i].high, from[i].high);
            to[i].overloads += from[i].overloads;
            to[i].outside += from[i].outside;
            to[i].limits_open += from[i].limits_open;
        }
    }

    /// What the last pass left; squares of loadings become loadings.
    void name_left() {
        for (std::size_t o = 0; o < outage_.size(); ++o) {
            for (std::size_t h = 0; h < hours_; ++h) {
                const std::size_t i = o * hours_ + h;
                if (work_.state[i] != AcOutageState::left) {
                    continue;
                }
                answers_.left.push_back({static_cast<std::int32_t>(o), static_cast<std::int32_t>(h),
                                         work_.worst_bus[i], work_.mismatch[i]});
                ++answers_.by_hour[h].not_solved;
                ++answers_.by_outage[o].not_solved;
            }
        }
        for (auto* worsts : {&answers_.by_hour, &answers_.by_outage, &answers_.by_branch}) {
            for (AcWorsts& worst : *worsts) {
                worst.loading.value = std::sqrt(worst.loading.value);
            }
        }
    }

    AcOutageSettings settings_;
    std::size_t hours_, buses_;
    AcBaseState base_;
    HostArrays arrays_;
    AcHostStructure structure_;
    AcStructure net_;
    AcVariant variant_;
    std::ptrdiff_t stride_;
    AcOutageWork work_;
    std::vector<AcNodeBranch> branch_;
    std::vector<std::int32_t> outage_;
    AcOutageAnswers answers_;
};

} // namespace
} // namespace detail

AcOutageAnswers solve_ac_outages(const AcNetwork& network, const AcHours& hours,
                                 const AcBaseState& base, const AcOutageCase& outages,
                                 const AcOutageSettings& settings) {
    detail::require_case(network, hours, base, outages);
    return detail::OutageCall(network, hours, base, outages, settings).solve();
}

} // namespace longyang::kernels
