#include "kernels/strength.hpp"

#include "kernels/detail/registers.hpp"
#include "kernels/detail/strength.hpp"

#include <algorithm>
#include <vector>

namespace longyang::kernels {
namespace detail {
namespace {

void require_places(const char* what, std::span<const std::int64_t> places, std::size_t count) {
    for (const std::int64_t place : places) {
        if (place < 0 || static_cast<std::size_t>(place) >= count) {
            throw std::invalid_argument(std::string(what) + " has " + std::to_string(place) +
                                        ", expected 0 to " + std::to_string(count) + " - 1");
        }
    }
}

void require_network(const MachineNetwork& net) {
    const std::size_t machines = net.machine_node.size();
    require_size("z_pu", net.z_pu.size(), net.nodes * net.nodes);
    require_size("reference_pu", net.reference_pu.size(), machines);
    require_size("connected_pu", net.connected_pu.size(), machines * net.hours);
    require_places("machine_node", net.machine_node, net.nodes);
    for (std::size_t k = 0; k < machines; ++k) {
        const auto row = net.connected_pu.subspan(k * net.hours, net.hours);
        const double most = row.empty() ? 0.0 : *std::max_element(row.begin(), row.end());
        if (most > net.reference_pu[k]) {
            throw std::invalid_argument("connected_pu of machine node " + std::to_string(k) +
                                        " is above reference_pu");
        }
    }
}

void require_questions(const MachineNetwork& net, const StrengthQuestions& ask,
                       const StrengthAnswers& answers) {
    const std::size_t targets = ask.target.size();
    require_places("target", ask.target, net.nodes);
    require_places("infeed_target", ask.infeed_target, targets);
    require_size("infeed_mw", ask.infeed_mw.size(), ask.infeed_target.size() * net.hours);
    require_places("group_infeed", ask.group_infeed, ask.infeed_target.size());
    require_places("group_first", ask.group_first, ask.group_infeed.size() + 1);
    const std::size_t groups = ask.group_first.empty() ? 0 : ask.group_first.size() - 1;
    require_places("sum_target", ask.sum_target, targets);
    require_places("sum_group", ask.sum_group, groups);
    require_size("sum_group", ask.sum_group.size(), ask.sum_target.size());
    require_places("weight_of", ask.weight_of, targets);
    require_places("weight_at", ask.weight_at, targets);
    require_size("weight_at", ask.weight_at.size(), ask.weight_of.size());
    require_size("z_pu", answers.z_pu.size(), targets * net.hours);
    require_size("sum_mw", answers.sum_mw.size(), ask.sum_target.size() * net.hours);
    require_size("weight", answers.weight.size(), ask.weight_of.size() * net.hours);
}

/// Which machine nodes are updated for a chunk, for a group and hour by hour.
struct Plan {
    struct Steps {
        std::vector<std::int64_t> first{0}, machine;
        std::vector<double> change_pu;
        void add(std::size_t k, double change) {
            machine.push_back(static_cast<std::int64_t>(k));
            change_pu.push_back(change);
        }
        void close() { first.push_back(static_cast<std::int64_t>(machine.size())); }
    };
    Steps to_chunk, to_group, own; ///< own: change_pu holds the group's susceptance
    std::ptrdiff_t groups = 0, chunks = 0, groups_a_chunk = 1, most_own = 0;
};

/// Largest and least susceptance of each machine node in some hours, per unit.
struct SusceptanceRange {
    std::vector<double> high, low;
};

/// In hours [begin, end).
SusceptanceRange range_of(const MachineNetwork& net, std::size_t begin, std::size_t end) {
    SusceptanceRange range;
    for (std::size_t k = 0; k < net.machine_node.size(); ++k) {
        const auto hours = net.connected_pu.subspan(k * net.hours + begin, end - begin);
        const auto [low, high] = std::minmax_element(hours.begin(), hours.end());
        range.low.push_back(*low);
        range.high.push_back(*high);
    }
    return range;
}

void plan_group(const MachineNetwork& net, std::span<const double> chunk_high, std::size_t begin,
                std::size_t end, Plan& plan) {
    const SusceptanceRange group = range_of(net, begin, end);
    for (std::size_t k = 0; k < group.high.size(); ++k) {
        if (group.high[k] < chunk_high[k]) {
            plan.to_group.add(k, group.high[k] - chunk_high[k]);
        }
        if (group.low[k] < group.high[k]) {
            plan.own.add(k, group.high[k]);
        }
    }
    plan.to_group.close();
    plan.own.close();
    const std::size_t last = plan.own.first.size() - 1;
    plan.most_own =
        std::max<std::ptrdiff_t>(plan.most_own, plan.own.first[last] - plan.own.first[last - 1]);
}

Plan make_plan(const MachineNetwork& net, std::size_t stride, std::size_t groups_a_chunk) {
    Plan plan;
    plan.groups_a_chunk = length(groups_a_chunk);
    const std::size_t chunk_hours = stride * groups_a_chunk;
    for (std::size_t begin = 0; begin < net.hours; begin += chunk_hours) {
        const std::size_t end = std::min(begin + chunk_hours, net.hours);
        const SusceptanceRange chunk = range_of(net, begin, end);
        for (std::size_t k = 0; k < chunk.high.size(); ++k) {
            if (chunk.high[k] < net.reference_pu[k]) {
                plan.to_chunk.add(k, chunk.high[k] - net.reference_pu[k]);
            }
        }
        plan.to_chunk.close();
        ++plan.chunks;
        for (std::size_t first = begin; first < end; first += stride) {
            plan_group(net, chunk.high, first, std::min(first + stride, end), plan);
            ++plan.groups;
        }
    }
    return plan;
}

/// Lanes for this CPU.
StrengthVariant host_variant() {
    StrengthVariant found = strength_variant_any();
    const StrengthVariant avx2 = strength_variant_avx2();
    const StrengthVariant avx512 = strength_variant_avx512();
    if (avx2.name != nullptr && cpu_has(32)) {
        found = avx2;
    }
    if (avx512.name != nullptr && cpu_has(64)) {
        found = avx512;
    }
    return found;
}

struct RunChunks {
    StrengthWork work;
    StrengthVariant variant;
    [[maybe_unused]] KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t slot) const {
        variant.run(work, slot);
    }
};

using Team = Kokkos::TeamPolicy<Space>;

/// Device: the state of the machines of groups `begin`, `begin` + 1, ... , a team each.
struct RunStates {
    StrengthWork work;
    std::ptrdiff_t begin;
    KOKKOS_INLINE_FUNCTION void operator()(const Team::member_type& team) const {
        const std::ptrdiff_t slot = team.league_rank();
        const std::ptrdiff_t size = work.nodes * work.nodes;
        double* const state = work.group_state + slot * size;
        copy_state<DeviceLanes>(work, work.z_pu, state, team.team_rank(), team.team_size());
        team.team_barrier();
        take_steps<DeviceLanes>(work, work.plan.to_chunk, begin + slot, state, team.team_rank(),
                                team.team_size(), work.room + slot * work.room_a_slot,
                                [&team] { team.team_barrier(); });
    }
};

/// Device: `hours` hours of these groups, which the teams take one after the other.
struct RunHours {
    StrengthWork work;
    std::ptrdiff_t begin, hours;
    KOKKOS_INLINE_FUNCTION void operator()(const Team::member_type& team) const {
        double* const room = work.room + team.league_rank() * work.room_a_slot;
        for (std::ptrdiff_t i = team.league_rank(); i < hours; i += team.league_size()) {
            const std::ptrdiff_t slot = i / DeviceLanes::stride;
            StrengthTeam<Team::member_type>(work, team, begin + slot,
                                            work.group_state + slot * work.nodes * work.nodes,
                                            begin * DeviceLanes::stride + i, room)
                .run();
        }
    }
};

/// Hours that are worked on at the same time, two a multiprocessor of a large GPU; more would not
/// keep their solutions in its caches.
constexpr std::ptrdiff_t teams_on_device = 264;

[[maybe_unused]] void run_on_device(const StrengthWork& work) {
    for (std::ptrdiff_t begin = 0; begin < work.plan.groups; begin += work.slots) {
        const std::ptrdiff_t count = std::min(work.slots, work.plan.groups - begin);
        Kokkos::parallel_for("strength of groups", Team(static_cast<int>(count), Kokkos::AUTO),
                             RunStates{work, begin});
        const RunHours run{
            work, begin,
            std::min(count * DeviceLanes::stride, work.hours - begin * DeviceLanes::stride)};
        const int teams = static_cast<int>(std::min(teams_on_device, run.hours));
        const int most = Team(teams, Kokkos::AUTO).team_size_max(run, Kokkos::ParallelForTag());
        Kokkos::parallel_for("strength of hours", Team(teams, std::min(256, most)), run);
    }
}

} // namespace
} // namespace detail

// Work and traffic. With n nodes, K targets, and m machine nodes that change within a group of S
// hours: of an hour about m^2 (K + m / 3) / 2 multiplications and additions for the solutions, K m
// for the own reactances and 2 m a sum; of a group n^2 / 2 for each node that its state differs in
// from its chunk's. A group's factor (4 m^2 B an hour), the solutions (8 K m B an hour) and its
// state (8 n^2 B) are written once and read again from the cache: 2 MB for n = K = 112, m = 80, S
// = 8. To and from memory go 8 B an hour for each machine node, infeed, target, sum and weight. On
// a GPU an hour is a team's and has 8 m (2 m + K) B to itself, 0.15 MB for m = 80: twice 132 of
// them stay in an L2 cache of 50 MB.
void short_circuit_strength(const MachineNetwork& network, const StrengthQuestions& questions,
                            const StrengthAnswers& answers) {
    using namespace detail;
    require_network(network);
    require_questions(network, questions, answers);
    if (network.hours == 0 || questions.target.empty()) {
        return;
    }
    const StrengthVariant variant = host_variant();
    constexpr std::size_t groups_a_chunk = on_host ? 16 : 1;
    const std::size_t stride = on_host ? static_cast<std::size_t>(variant.stride)
                                       : static_cast<std::size_t>(DeviceLanes::stride);
    const Plan plan = make_plan(network, stride, groups_a_chunk);

    const auto z = to_device("reactances", network.z_pu);
    const auto machine_node = to_device("machine nodes", network.machine_node);
    const auto connected = to_device("connected machines", network.connected_pu);
    const auto chunk_first = to_device("chunk steps", read(plan.to_chunk.first));
    const auto chunk_machine = to_device("chunk machines", read(plan.to_chunk.machine));
    const auto chunk_change = to_device("chunk changes", read(plan.to_chunk.change_pu));
    const auto group_first = to_device("group steps", read(plan.to_group.first));
    const auto group_machine = to_device("group machines", read(plan.to_group.machine));
    const auto group_change = to_device("group changes", read(plan.to_group.change_pu));
    const auto own_first = to_device("own nodes of groups", read(plan.own.first));
    const auto own_machine = to_device("own machine nodes", read(plan.own.machine));
    const auto own_base = to_device("their susceptance", read(plan.own.change_pu));
    const auto target = to_device("targets", questions.target);
    const auto infeed_target = to_device("infeeds", questions.infeed_target);
    const auto infeed = to_device("power of infeeds", questions.infeed_mw);
    const auto in_group_first = to_device("groups of infeeds", questions.group_first);
    const auto in_group = to_device("infeeds by group", questions.group_infeed);
    const auto sum_target = to_device("targets of sums", questions.sum_target);
    const auto sum_group = to_device("groups of sums", questions.sum_group);
    const auto weight_of = to_device("weights of", questions.weight_of);
    const auto weight_at = to_device("weights at", questions.weight_at);
    const auto z_out = output_on_device("own reactances", answers.z_pu);
    const auto sum_out = output_on_device("sums", answers.sum_mw);
    const auto weight_out = output_on_device("weights", answers.weight);

    StrengthWork work;
    work.nodes = length(network.nodes);
    work.hours = length(network.hours);
    work.z_pu = z.data();
    work.machine_node = machine_node.data();
    work.connected_pu = connected.data();
    work.plan = {plan.groups,
                 plan.chunks,
                 plan.groups_a_chunk,
                 plan.most_own,
                 {chunk_first.data(), chunk_machine.data(), chunk_change.data()},
                 {group_first.data(), group_machine.data(), group_change.data()},
                 own_first.data(),
                 own_machine.data(),
                 own_base.data()};
    work.targets = length(questions.target.size());
    work.sums = length(questions.sum_target.size());
    work.weights = length(questions.weight_of.size());
    work.target = target.data();
    work.infeed_target = infeed_target.data();
    work.infeed_mw = infeed.data();
    work.group_first = in_group_first.data();
    work.group_infeed = in_group.data();
    work.sum_target = sum_target.data();
    work.sum_group = sum_group.data();
    work.weight_of = weight_of.data();
    work.weight_at = weight_at.data();
    work.z_out = z_out.data();
    work.sum_out = sum_out.data();
    work.weight_out = weight_out.data();

    constexpr std::ptrdiff_t bytes_on_device = std::ptrdiff_t{1} << 30;
    const std::ptrdiff_t most = std::max<std::ptrdiff_t>(
        1, bytes_on_device / (length(sizeof(double)) * work.nodes * work.nodes));
    work.slots = on_host ? std::min<std::ptrdiff_t>(Space().concurrency(), work.plan.chunks)
                         : std::min(most, work.plan.groups);
    const std::ptrdiff_t rooms = on_host ? work.slots : std::max(work.slots, teams_on_device);
    const std::ptrdiff_t columns =
        on_host ? StrengthWork::room_columns(work.plan.most_own, work.targets) * length(stride)
                : StrengthWork::team_columns(work.plan.most_own, work.targets);
    work.room_a_slot = std::max(columns, work.nodes);
    const auto chunk_state =
        scratch<double>("chunk states", on_host ? work.slots * work.nodes * work.nodes : 0);
    const auto group_state = scratch<double>("group states", work.slots * work.nodes * work.nodes);
    const auto room = scratch<double>("room of groups", rooms * work.room_a_slot);
    work.chunk_state = chunk_state.data();
    work.group_state = group_state.data();
    work.room = room.data();

    if constexpr (on_host) {
        Kokkos::parallel_for("strength of chunks", Range(0, work.slots), RunChunks{work, variant});
    } else {
        run_on_device(work);
    }
    to_host(z_out, answers.z_pu);
    to_host(sum_out, answers.sum_mw);
    to_host(weight_out, answers.weight);
}

} // namespace longyang::kernels
