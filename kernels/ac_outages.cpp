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

std::size_t at(std::int32_t i) {
    return static_cast<std::size_t>(i);
}
std::size_t index(std::ptrdiff_t i) {
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

/// Groups of hours with the outages that are solved in them.
struct Tasks {
    std::vector<std::int32_t> hour;
    std::vector<std::uint8_t> copy;
    std::vector<std::int32_t> first, last;

    [[nodiscard]] std::ptrdiff_t groups() const { return length(first.size()); }

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

/// A work item as Kokkos wants it: the lanes of this CPU, or an hour a thread.
struct RunOutages {
    AcOutageWork work;
    AcVariant variant;
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        if constexpr (on_host) {
            variant.outages(work, item);
        } else {
            run_outages<DeviceLanes>(work, item);
        }
    }
};

/// 128 registers a thread, of the 168 that nvcc would take: on an H100 the threads that this makes
/// room for gain more than it costs.
using FewRegisters =
    Kokkos::RangePolicy<Space, Kokkos::IndexType<std::ptrdiff_t>, Kokkos::LaunchBounds<128, 4>>;

/// Worst ones of work items, where these run: [slot][entry][work item].
struct AcTallies {
    AcWorsts* worst = nullptr;
    std::ptrdiff_t entries = 0, items = 0;
};

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Nothing known.
KOKKOS_INLINE_FUNCTION AcWorsts no_worsts() {
    AcWorsts none;
    none.low.value = none.high.value = infinity;
    return none;
}

struct StartTallies {
    AcTallies to;
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t i) const { to.worst[i] = no_worsts(); }
};

KOKKOS_INLINE_FUNCTION void add_worsts(const AcWorsts& from, AcWorsts& to) {
    keep_larger(to.loading, from.loading);
    keep_smaller(to.low, from.low);
    keep_smaller(to.high, from.high);
    to.overloads += from.overloads;
    to.outside += from.outside;
    to.limits_open += from.limits_open;
}

/// An entry of a slot: adds up its work items.
struct AddUpItems {
    AcTallies from;
    AcWorsts* to; ///< [slot][entry]
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t i) const {
        AcWorsts sum = from.worst[i * from.items];
        for (std::ptrdiff_t item = 1; item < from.items; ++item) {
            add_worsts(from.worst[i * from.items + item], sum);
        }
        to[i] = sum;
    }
};

/// The first `shared` entries of all slots, added up, then the others of each slot.
struct AddUpGroups {
    const AcWorsts* from; ///< [slot][entry]
    std::ptrdiff_t entries, shared, slots;
    AcWorsts* to;
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t i) const {
        if (i >= shared) {
            const std::ptrdiff_t own = entries - shared;
            to[i] = from[(i - shared) / own * entries + shared + (i - shared) % own];
            return;
        }
        AcWorsts sum = from[i];
        for (std::ptrdiff_t slot = 1; slot < slots; ++slot) {
            add_worsts(from[slot * entries + i], sum);
        }
        to[i] = sum;
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
          stride_(on_host ? variant_.stride : DeviceLanes::stride) {
        set_input(hours);
        set_branches(outages);
        set_base();
        if constexpr (!on_host) {
            make_networks();
        }
        state_.assign(outage_.size() * hours_, AcOutageState::not_tried);
        work_.state = arrays_.put(state_);
    }

    AcOutageAnswers solve() {
        answers_.by_hour.assign(hours_, no_worsts());
        answers_.by_outage.assign(outage_.size(), no_worsts());
        answers_.by_branch.assign(branch_.size(), no_worsts());
        answers_.by_bus.assign(buses_, no_worsts());
        answers_.by_first_steps = run(all_tasks(), settings_.first_steps, false);
        answers_.by_own_newton = run(what_is_left(), settings_.newton_steps, false);
        work_.mismatch = arrays_.make<double>(length(outage_.size() * hours_));
        work_.worst_bus = arrays_.make<std::int32_t>(length(outage_.size() * hours_));
        answers_.by_damped_newton = run(what_is_left(), settings_.damped_steps, true);
        name_left();
        return std::move(answers_);
    }

private:
    void set_input(const AcHours& hours) {
        AcInput& input = work_.newton.input;
        input.p = table_of("p_pu", hours.p_pu, buses_, hours_, arrays_);
        input.q = table_of("q_pu", hours.q_pu, buses_, hours_, arrays_);
        input.v_set = table_of("v_set_pu", hours.v_set_pu, buses_, hours_, arrays_);
        input.q_min = table_of("q_min_pu", hours.q_min_pu, buses_, hours_, arrays_);
        input.q_max = table_of("q_max_pu", hours.q_max_pu, buses_, hours_, arrays_);
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
        work_.tolerance_slack = settings_.tolerance_slack_pu;
    }

    /// Tiles of the intact network's voltages.
    void set_base() {
        const std::ptrdiff_t tile = 2 * std::ptrdiff_t{net_.nodes} * stride_;
        std::vector<double> to(static_cast<std::size_t>(parts(length(hours_), stride_) * tile));
        for (std::size_t i = 0; i < buses_; ++i) {
            const std::size_t row = at(structure_.bus[i]) * hours_;
            for (std::size_t h = 0; h < hours_; ++h) {
                const std::ptrdiff_t place =
                    length(h) / stride_ * tile + 2 * length(i) * stride_ + length(h) % stride_;
                const double v = base_.v_pu[row + h];
                const double angle = base_.angle_rad[row + h];
                to[static_cast<std::size_t>(place)] = v * std::cos(angle);
                to[static_cast<std::size_t>(place + stride_)] = v * std::sin(angle);
            }
        }
        work_.base = arrays_.put(to);
    }

    /// All outages in all hours. A group of hours takes all of them on a host; on a GPU so few that
    /// there are threads enough to fill it.
    [[nodiscard]] Tasks all_tasks() const {
        constexpr std::size_t threads_on_device = 65536;
        constexpr std::size_t most_on_device = 16;
        std::vector<std::int32_t> solved;
        for (std::size_t h = 0; h < hours_; ++h) {
            if (base_.solved[h] != 0) {
                solved.push_back(static_cast<std::int32_t>(h));
            }
        }
        const std::size_t fill = outage_.size() * solved.size() / threads_on_device;
        const std::size_t part =
            on_host ? outage_.size() : std::clamp<std::size_t>(fill, 1, most_on_device);
        Tasks all;
        for (std::size_t o = 0; o < outage_.size() && !solved.empty(); o += part) {
            all.add(solved, static_cast<std::int32_t>(o),
                    static_cast<std::int32_t>(std::min(o + part, outage_.size())), stride_);
        }
        return all;
    }

    /// Outages and hours that are not solved, packed outage by outage.
    [[nodiscard]] Tasks what_is_left() const {
        Tasks tasks;
        std::vector<std::int32_t> hours;
        for (std::size_t o = 0; o < outage_.size(); ++o) {
            hours.clear();
            for (std::size_t h = 0; h < hours_; ++h) {
                if (state_[o * hours_ + h] == AcOutageState::left) {
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
        if (tasks.groups() == 0) {
            return 0;
        }
        const std::ptrdiff_t most = groups_at_once(tasks);
        Arrays rooms;
        AcOutageWork work = work_;
        AcNewton& newton = work.newton;
        newton.steps = {settings_.tolerance_pu, settings_.q_tolerance_pu, steps};
        newton.damped = damped;
        newton.slots = on_host ? std::min<std::ptrdiff_t>(most, Space().concurrency()) : most;
        make_rooms(rooms, work);
        std::int64_t solved = 0;
        for (std::ptrdiff_t begin = 0; begin < tasks.groups(); begin += most) {
            const std::ptrdiff_t end = std::min(begin + most, tasks.groups());
            Arrays batch;
            newton.batch.groups = end - begin;
            put_places(batch, part_of(tasks.hour, begin * stride_, end * stride_),
                       part_of(tasks.copy, begin * stride_, end * stride_), newton.batch);
            work.first = batch.put(part_of(tasks.first, begin, end));
            work.last = batch.put(part_of(tasks.last, begin, end));
            solved += on_host ? run_on_host(work) : run_on_device(tasks, begin, batch, work);
        }
        state_ = Arrays::get(work_.state, length(state_.size()));
        return solved;
    }

    template <class T>
    static std::vector<T> part_of(const std::vector<T>& all, std::ptrdiff_t begin,
                                  std::ptrdiff_t end) {
        return {all.begin() + begin, all.begin() + end};
    }

    /// Each slot keeps worst ones of its own, which are added up in the order of the slots.
    std::int64_t run_on_host(AcOutageWork& work) {
        std::vector<Tally> tallies(static_cast<std::size_t>(work.newton.slots));
        std::vector<AcTally> views;
        for (Tally& t : tallies) {
            t = {answers_.by_hour, answers_.by_outage, answers_.by_branch, answers_.by_bus};
            for (auto* worsts : {&t.hour, &t.outage, &t.branch, &t.bus}) {
                forget_counts(*worsts);
            }
            views.push_back({t.hour.data(), t.outage.data(), t.branch.data(), t.bus.data()});
        }
        work.tally = views.data();
        Kokkos::parallel_for("AC outages", Range(0, work.newton.slots), RunOutages{work, variant_});
        Kokkos::fence();
        std::int64_t solved = 0;
        for (std::size_t slot = 0; slot < tallies.size(); ++slot) {
            add(tallies[slot].hour, answers_.by_hour);
            add(tallies[slot].outage, answers_.by_outage);
            add(tallies[slot].branch, answers_.by_branch);
            add(tallies[slot].bus, answers_.by_bus);
            solved += views[slot].solved;
            add_slack(views[slot]);
        }
        return solved;
    }

    /// Entries of a slot: branches, buses, and the outages of one group.
    [[nodiscard]] std::ptrdiff_t entries_of(const Tasks& tasks) const {
        std::int32_t most = 0;
        for (std::size_t group = 0; group < tasks.first.size(); ++group) {
            most = std::max(most, tasks.last[group] - tasks.first[group]);
        }
        return length(branch_.size() + buses_) + most;
    }

    /// Groups of one launch: all of them on a host; on a GPU those whose rooms and worst ones take
    /// no more than 4 GiB, in launches of one size.
    [[nodiscard]] std::ptrdiff_t groups_at_once(const Tasks& tasks) const {
        if (on_host) {
            return tasks.groups();
        }
        const std::ptrdiff_t an_hour = 130L * net_.nodes + 4L * (net_.work_size + net_.unknowns) +
                                       16L * work_.branches +
                                       length(sizeof(AcWorsts)) * (entries_of(tasks) + 1);
        const std::ptrdiff_t most =
            std::max<std::ptrdiff_t>(1, (std::ptrdiff_t{1} << 32) / (an_hour * stride_));
        return parts(tasks.groups(), parts(tasks.groups(), most));
    }

    /// Each hour of each group keeps worst ones of its own. They are added up on the device, in the
    /// order of the tasks (104 B an entry and hour are read); the host adds those of the launches.
    std::int64_t run_on_device(const Tasks& tasks, std::ptrdiff_t begin, Arrays& rooms,
                               AcOutageWork& work) {
        const std::ptrdiff_t groups = work.newton.batch.groups;
        const std::ptrdiff_t places = groups * stride_;
        const std::ptrdiff_t shared = length(branch_.size() + buses_);
        const std::ptrdiff_t entries = entries_of(tasks);
        const AcTallies all{rooms.make<AcWorsts>(places * entries), entries, stride_};
        const AcTallies hours{rooms.make<AcWorsts>(places), 1, stride_};
        Kokkos::parallel_for("start of worst outages", Range(0, places * entries),
                             StartTallies{all});
        Kokkos::parallel_for("start of worst outages", Range(0, places), StartTallies{hours});
        std::vector<AcTally> views;
        for (std::ptrdiff_t place = 0; place < places; ++place) {
            const std::ptrdiff_t group = place / stride_;
            AcWorsts* const first = all.worst + group * entries * stride_ + place % stride_;
            views.push_back({hours.worst + place, first + shared * stride_, first,
                             first + length(branch_.size()) * stride_, stride_,
                             tasks.hour[index(begin * stride_ + place)],
                             tasks.first[index(begin + group)]});
        }
        work.tally = rooms.put(views);
        Kokkos::parallel_for("AC outages", FewRegisters(0, places), RunOutages{work, variant_});
        AcWorsts* const sums = rooms.make<AcWorsts>(groups * entries);
        Kokkos::parallel_for("worst outages of groups", Range(0, groups * entries),
                             AddUpItems{all, sums});
        const std::ptrdiff_t totals = shared + groups * (entries - shared);
        AcWorsts* const total = rooms.make<AcWorsts>(totals);
        Kokkos::parallel_for("worst outages of all groups", Range(0, totals),
                             AddUpGroups{sums, entries, shared, groups, total});
        const auto by_entry = Arrays::get(total, totals);
        const auto by_place = Arrays::get(hours.worst, places);
        views = Arrays::get(work.tally, places);
        std::int64_t solved = 0;
        for (std::ptrdiff_t place = 0; place < places; ++place) {
            const std::int32_t hour = tasks.hour[index(begin * stride_ + place)];
            add_worsts(by_place[index(place)], answers_.by_hour[at(hour)]);
            solved += views[index(place)].solved;
            add_slack(views[index(place)]);
        }
        const AcWorsts* entry = by_entry.data();
        for (AcWorsts& branch : answers_.by_branch) {
            add_worsts(*entry++, branch);
        }
        for (AcWorsts& bus : answers_.by_bus) {
            add_worsts(*entry++, bus);
        }
        for (std::size_t group = index(begin); group < index(begin + groups); ++group) {
            for (std::int32_t o = tasks.first[group]; o < tasks.last[group]; ++o) {
                add_worsts(entry[o - tasks.first[group]], answers_.by_outage[at(o)]);
            }
            entry += entries - shared;
        }
        return solved;
    }

    void add_slack(const AcTally& from) {
        answers_.slack_beyond += from.slack_beyond;
        answers_.slack_pu = std::max(answers_.slack_pu, from.slack_pu);
    }

    void make_rooms(Arrays& rooms, AcOutageWork& work) const {
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
        work.admittance = on_host ? rooms.put(own_networks(newton.slots)) : without_branch_;
    }

    /// The whole network's admittances, `count` times.
    [[nodiscard]] std::vector<double> own_networks(std::ptrdiff_t count) const {
        std::vector<double> all;
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            for (const auto* part :
                 {&structure_.own_g, &structure_.own_b, &structure_.entry_g, &structure_.entry_b}) {
                all.insert(all.end(), part->begin(), part->end());
            }
        }
        return all;
    }

    /// Device: admittances after each outage, 16 (N + E) B each.
    void make_networks() {
        std::vector<double> all = own_networks(length(outage_.size()));
        AcStructure whole;
        whole.own_g = structure_.own_g.data();
        whole.own_b = structure_.own_b.data();
        whole.entry_g = structure_.entry_g.data();
        whole.entry_b = structure_.entry_b.data();
        for (std::size_t o = 0; o < outage_.size(); ++o) {
            double* const table = all.data() + length(o) * work_.admittance_size();
            take_branch_out(branch_[at(outage_[o])], whole, 1.0,
                            AcAdmittances<double>(table, net_.nodes, work_.entries));
        }
        without_branch_ = arrays_.put(all);
    }

    static void forget_counts(std::vector<AcWorsts>& worsts) {
        for (AcWorsts& w : worsts) {
            w.overloads = w.outside = w.not_solved = w.limits_open = 0;
        }
    }

    static void add(const std::vector<AcWorsts>& from, std::vector<AcWorsts>& to) {
        for (std::size_t i = 0; i < to.size(); ++i) {
            add_worsts(from[i], to[i]);
        }
    }

    /// What the last pass left; squares of loadings become loadings.
    void name_left() {
        const auto worst_bus = Arrays::get(work_.worst_bus, length(state_.size()));
        const auto mismatch = Arrays::get(work_.mismatch, length(state_.size()));
        for (std::size_t o = 0; o < outage_.size(); ++o) {
            for (std::size_t h = 0; h < hours_; ++h) {
                const std::size_t i = o * hours_ + h;
                if (state_[i] != AcOutageState::left) {
                    continue;
                }
                answers_.left.push_back({static_cast<std::int32_t>(o), static_cast<std::int32_t>(h),
                                         worst_bus[i], mismatch[i]});
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
    Arrays arrays_;
    AcHostStructure structure_;
    AcStructure net_;
    AcVariant variant_;
    std::ptrdiff_t stride_;
    AcOutageWork work_;
    std::vector<AcNodeBranch> branch_;
    std::vector<std::int32_t> outage_;
    std::vector<AcOutageState> state_; ///< [outage][hour]
    double* without_branch_ = nullptr; ///< device: admittances by outage
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
