#include "kernels/strength.hpp"

#include "kernels/detail/registers.hpp"
#include "kernels/detail/strength.hpp"
#include "kernels/detail/strength_structure.hpp"

#include <algorithm>
#include <vector>

namespace longyang::kernels {
namespace detail {
namespace {

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

/// On a host the lanes of this CPU.
struct RunOnHost {
    StrengthWork work;
    StrengthVariant variant;
    [[maybe_unused]] KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        variant.run(work, item);
    }
};

/// On a device an hour a thread.
struct RunOnDevice {
    StrengthWork work;
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        run_strength<DeviceLanes>(work, item);
    }
};

/// Room that the hours which a device works on at the same time may take.
constexpr std::ptrdiff_t bytes_on_device = std::ptrdiff_t{1} << 30;

} // namespace
} // namespace detail

// Work and traffic. With n nodes, e entries of the factor and c its pairs of a column's entries, an
// hour costs n divisions and some 2 e + c multiplications and additions for the factor, 2 e + 2 c
// for the inverse on its pattern, 2 e + n for each group that sums ask for, and for each place
// that weights ask at the entries on its own way to the root and on those of its weights. It reads
// its machines and infeeds and writes its answers once; the room of a group of hours, 2 e + 3 n
// numbers an hour, stays in a core's caches. (Northwest, 8760 hours: n = 127, e = 249, c = 152.)
void short_circuit_strength(const MachineNetwork& network, const StrengthQuestions& questions,
                            const StrengthAnswers& answers) {
    using namespace detail;
    const StrengthHostStructure s = strength_structure(network, questions);
    require_size("z_pu", answers.z_pu.size(), questions.target.size() * network.hours);
    require_size("sum_mw", answers.sum_mw.size(), questions.sum_target.size() * network.hours);
    require_size("weight", answers.weight.size(), questions.weight_of.size() * network.hours);
    if (network.hours == 0 || questions.target.empty()) {
        return;
    }
    const StrengthVariant variant = host_variant();
    const std::ptrdiff_t stride = on_host ? variant.stride : DeviceLanes::stride;

    const auto begin = to_device("columns of the factor", read(s.begin));
    const auto row = to_device("rows of the factor", read(s.row));
    const auto line_pu = to_device("lines", read(s.line_pu));
    const auto pair_begin = to_device("pairs of columns", read(s.pair_begin));
    const auto pair = to_device("entries of pairs", read(s.pair));
    const auto machine_begin = to_device("machines of nodes", read(s.machine_begin));
    const auto machine = to_device("machine rows", read(s.machine));
    const auto target_node = to_device("targets", read(s.target_node));
    const auto infeed_begin = to_device("groups of infeeds", read(s.infeed_begin));
    const auto infeed = to_device("infeeds by group", read(s.infeed));
    const auto infeed_node = to_device("nodes of infeeds", read(s.infeed_node));
    const auto sum_begin = to_device("sums of groups", read(s.sum_begin));
    const auto sum = to_device("sums by group", read(s.sum));
    const auto sum_node = to_device("nodes of sums", read(s.sum_node));
    const auto at_node = to_device("weights at", read(s.at_node));
    const auto way_begin = to_device("ways of places", read(s.way_begin));
    const auto way = to_device("ways", read(s.way));
    const auto weight_begin = to_device("weights of places", read(s.weight_begin));
    const auto weight = to_device("weights by place", read(s.weight));
    const auto of_node = to_device("weights of", read(s.of_node));
    const auto machine_pu = to_device("susceptance of a machine", network.machine_pu);
    const auto connected = to_device("connected machines", network.connected);
    const auto infeed_mw = to_device("power of infeeds", questions.infeed_mw);
    const auto z_out = output_on_device("own reactances", answers.z_pu);
    const auto sum_out = output_on_device("sums", answers.sum_mw);
    const auto weight_out = output_on_device("weights", answers.weight);

    StrengthWork work;
    work.hours = length(network.hours);
    work.groups = parts(work.hours, stride);
    work.factor = {length(network.nodes), length(s.row.size()), begin.data(), row.data(),
                   line_pu.data(),        pair_begin.data(),    pair.data(),  machine_begin.data(),
                   machine.data()};
    work.machine_pu = machine_pu.data();
    work.connected = connected.data();
    work.infeed_mw = infeed_mw.data();
    work.targets = length(s.target_node.size());
    work.target_node = target_node.data();
    work.sums = {length(s.sum_begin.size()) - 1,
                 infeed_begin.data(),
                 infeed.data(),
                 infeed_node.data(),
                 sum_begin.data(),
                 sum.data(),
                 sum_node.data()};
    work.weights = {length(s.at_node.size()), at_node.data(), way_begin.data(), way.data(),
                    weight_begin.data(),      weight.data(),  of_node.data()};
    work.z_out = z_out.data();
    work.sum_out = sum_out.data();
    work.weight_out = weight_out.data();

    const std::ptrdiff_t room_of_group = work.room_columns() * stride;
    const std::ptrdiff_t at_once =
        on_host ? Space().concurrency()
                : std::max<std::ptrdiff_t>(1, bytes_on_device /
                                                  (length(sizeof(double)) * room_of_group));
    work.slots = std::min(work.groups, at_once);
    const auto room = scratch<double>("room of hours", work.slots * room_of_group);
    work.room = room.data();
    if constexpr (on_host) {
        Kokkos::parallel_for("strength of hours", Range(0, work.slots), RunOnHost{work, variant});
    } else {
        Kokkos::parallel_for("strength of hours", Range(0, work.slots * DeviceLanes::items),
                             RunOnDevice{work});
    }
    to_host(z_out, answers.z_pu);
    to_host(sum_out, answers.sum_mw);
    to_host(weight_out, answers.weight);
}

} // namespace longyang::kernels
