#include "kernels/ac_flow.hpp"

#include "kernels/detail/ac_bins.hpp"
#include "kernels/detail/ac_chord.hpp"
#include "kernels/detail/ac_memory.hpp"
#include "kernels/detail/ac_newton.hpp"
#include "kernels/detail/ac_variants.hpp"
#include "kernels/detail/registers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace longyang::kernels {
namespace detail {

namespace {

constexpr std::ptrdiff_t cache_bytes = 1 << 20; // L2 cache of a core

} // namespace

AcVariant host_variant(const AcStructure& net, int group_hours, int register_bytes) {
    AcVariants found = ac_variants_any();
    const int most = register_bytes > 0 ? register_bytes : 64;
    const AcVariants avx2 = ac_variants_avx2();
    const AcVariants avx512 = ac_variants_avx512();
    if (most >= 32 && avx2.wide.name != nullptr && cpu_has(32)) {
        found = avx2;
    }
    if (most >= 64 && avx512.wide.name != nullptr && cpu_has(64)) {
        found = avx512;
    }
    const std::ptrdiff_t bytes =
        found.wide.stride * (length(static_cast<std::size_t>(net.nodes)) * 16 +
                             length(static_cast<std::size_t>(net.unknowns)) * 4);
    const bool narrow = group_hours > 0 ? group_hours < found.wide.stride : bytes > cache_bytes;
    return narrow ? found.narrow : found.wide;
}

namespace {

void require_hours(const AcNetwork& network, const AcHours& hours, const AcAnswers& answers) {
    const std::size_t all = network.buses * hours.hours;
    require_size("p_pu", hours.p_pu.size(), all);
    require_size("q_pu", hours.q_pu.size(), all);
    if (hours.v_set_pu.empty()) {
        require_size("v_set_pu", 0, network.buses);
    }
    require_size("q_max_pu", hours.q_max_pu.size(), hours.q_min_pu.size());
    require_size("start_angle_rad", hours.start_angle_rad.size(), hours.start_v_pu.size());
    if (!hours.start_v_pu.empty()) {
        require_size("start_v_pu", hours.start_v_pu.size(), network.buses);
    }
    const auto held = static_cast<std::size_t>(std::count_if(
        network.kind.begin(), network.kind.end(), [](AcBus kind) { return kind != AcBus::load; }));
    const auto wanted = [](const char* name, std::size_t found, std::size_t expected) {
        if (found != 0) {
            require_size(name, found, expected);
        }
    };
    wanted("v_pu", answers.v_pu.size(), all);
    wanted("angle_rad", answers.angle_rad.size(), all);
    wanted("slack_pu", answers.slack_pu.size(), hours.hours);
    wanted("q_machine_pu", answers.q_machine_pu.size(), held * hours.hours);
    wanted("status", answers.status.size(), hours.hours);
    wanted("worst_bus", answers.worst_bus.size(), hours.hours);
    wanted("mismatch_pu", answers.mismatch_pu.size(), hours.hours);
    wanted("steps", answers.steps.size(), hours.hours);
}

// Work items as Kokkos wants them: the lanes of this CPU, or a thread an hour.
struct RunChord {
    AcChord work;
    AcVariant variant;
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        if constexpr (on_host) {
            variant.chord(work, item);
        } else {
            run_chord<DeviceLanes>(work, item);
        }
    }
};
struct RunNewton {
    AcNewton work;
    AcVariant variant;
    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        if constexpr (on_host) {
            variant.newton(work, item);
        } else {
            run_newton<DeviceLanes>(work, item);
        }
    }
};

/// Hours by place, with copies that fill up groups.
struct Places {
    std::vector<std::int32_t> hour;
    std::vector<std::int32_t> bin_of_group;
    std::vector<std::int64_t> source, target;
    std::vector<std::int32_t> bin; ///< by place

    void fill_up(std::ptrdiff_t stride) {
        while (length(hour.size()) % stride != 0) {
            const std::int32_t last = hour.back();
            hour.push_back(last < 0 ? last : ~last);
            if (!source.empty()) {
                source.push_back(source.back());
                target.push_back(target.back());
                bin.push_back(bin.back());
            }
        }
    }
};

/// One call of solve_ac_hours.
class AcCall {
public:
    AcCall(const AcNetwork& network, const AcHours& hours, const AcSettings& settings,
           const AcAnswers& answers)
        : settings_(settings), hours_(length(hours.hours)), buses_(length(network.buses)),
          v_(arrays_, answers.v_pu), angle_(arrays_, answers.angle_rad),
          slack_(arrays_, answers.slack_pu), q_machine_(arrays_, answers.q_machine_pu) {
        const bool limits = !hours.q_min_pu.empty();
        structure_ = ac_structure(network, limits);
        net_ = structure_in(arrays_, structure_);
        input_.p = table_of("p_pu", hours.p_pu, network.buses, hours.hours, arrays_);
        input_.q = table_of("q_pu", hours.q_pu, network.buses, hours.hours, arrays_);
        input_.v_set = table_of("v_set_pu", hours.v_set_pu, network.buses, hours.hours, arrays_);
        input_.q_min = table_of("q_min_pu", hours.q_min_pu, network.buses, hours.hours, arrays_);
        input_.q_max = table_of("q_max_pu", hours.q_max_pu, network.buses, hours.hours, arrays_);
        variant_ = host_variant(net_, settings.group_hours, settings.register_bytes);
        stride_ = on_host ? variant_.stride : DeviceLanes::stride;
        own_factors_ =
            on_host && stride_ * length(1) * (net_.work_size + net_.lower_size) * 4 <= cache_bytes;
        own_sides_ = on_host && net_.limited_nodes > 0;
        // Of fewer hours, blocks would leave the bins little to choose from. The longer ones move
        // less memory; with factors of their own hours need not be near their bin's mean, but sides
        // of reactive limits should be those of the mean.
        block_ = hours_ < 1024 ? 1 : (own_factors_ && !limits ? 4 * run_hours : run_hours);
        output_.hours = hours_;
        output_.v = v_.data();
        output_.angle = angle_.data();
        output_.slack = slack_.data();
        output_.q_machine = q_machine_.data();
        output_.status = arrays_.make<AcStatus>(hours_);
        output_.worst_bus = arrays_.make<std::int32_t>(hours_);
        output_.mismatch = arrays_.make<double>(hours_);
        output_.steps = arrays_.put(std::vector<std::int32_t>(hours.hours, 0));
    }

    AcSummary solve(const AcHours& hours) {
        make_bins(hours);
        solve_bins();
        place_hours();
        AcSummary summary;
        std::vector<AcLeft> left = run_chords();
        summary.by_shared_factor = count_done(left);
        for (const bool damped : {false, true}) {
            Places places = places_left(left, damped);
            if (places.hour.empty()) {
                break;
            }
            const std::vector<AcLeft> then = run_newtons(places, damped);
            std::size_t done = 0;
            for (std::size_t i = 0; i < places.hour.size(); ++i) {
                if (places.hour[i] >= 0) {
                    left[static_cast<std::size_t>(places.target[i])] = then[i];
                    done += then[i] == AcLeft::nothing ? 1 : 0;
                }
            }
            (damped ? summary.by_damped_newton : summary.by_own_newton) = done;
        }
        return summary;
    }

    void bring_back(const AcAnswers& answers, AcSummary& summary) {
        const auto status = Arrays::get(output_.status, hours_);
        for (const AcStatus s : status) {
            summary.limits_open += s == AcStatus::limits_open ? 1 : 0;
            summary.not_converged += s == AcStatus::not_converged ? 1 : 0;
        }
        const auto give = [&]<class T>(std::span<T> to, const T* from) {
            if (!to.empty()) {
                std::ranges::copy(Arrays::get(from, hours_), to.begin());
            }
        };
        give(answers.status, output_.status);
        give(answers.worst_bus, output_.worst_bus);
        give(answers.mismatch_pu, output_.mismatch);
        give(answers.steps, output_.steps);
        for (const Answer* answer : {&v_, &angle_, &slack_, &q_machine_}) {
            answer->bring_back();
        }
    }

private:
    /// Blocks of hours in order of what is taken out of the network, cut into bins of equal
    /// numbers.
    void make_bins(const AcHours& hours) {
        const std::ptrdiff_t blocks = parts(hours_, block_);
        double* sum = arrays_.make<double>(blocks);
        Kokkos::parallel_for("sum withdrawals", Range(0, parts(blocks, load_lanes)),
                             SumWithdrawals{input_.p, sum, buses_, hours_, block_});
        const std::vector<double> key = Arrays::get(sum, blocks);
        sorted_.resize(key.size());
        std::iota(sorted_.begin(), sorted_.end(), 0);
        const auto value = [&](std::int32_t b) {
            const double x = key[static_cast<std::size_t>(b)];
            return std::isfinite(x) ? x : 1e300;
        };
        std::sort(sorted_.begin(), sorted_.end(), [&](std::int32_t a, std::int32_t b) {
            return value(a) != value(b) ? value(a) < value(b) : a < b;
        });
        const std::ptrdiff_t wanted = settings_.bins > 0 ? settings_.bins : parts(hours_, 128);
        bins_.count = static_cast<int>(
            std::min<std::ptrdiff_t>({wanted, blocks, settings_.bins > 0 ? blocks : 8}));
        start_from(hours);
    }

    [[nodiscard]] std::ptrdiff_t bin_begin(std::ptrdiff_t bin) const {
        return length(sorted_.size()) * bin / bins_.count;
    }

    /// Memory of the bins, and the voltage from which their means start, behind the last bin's.
    void start_from(const AcHours& hours) {
        const auto nodes = static_cast<std::ptrdiff_t>(net_.nodes);
        std::vector<double> start(static_cast<std::size_t>((bins_.count + 1) * nodes * 2), 0.0);
        const auto bus = Arrays::get(net_.bus, nodes);
        double* last = start.data() + bins_.count * nodes * 2;
        for (std::size_t i = 0; i < bus.size(); ++i) {
            const auto b = static_cast<std::size_t>(bus[i]);
            const double v = hours.start_v_pu.empty() ? 1.0 : hours.start_v_pu[b];
            const double angle = hours.start_v_pu.empty() ? 0.0 : hours.start_angle_rad[b];
            last[2 * i] = v * std::cos(angle);
            last[2 * i + 1] = v * std::sin(angle);
        }
        flat_ = hours.start_v_pu.empty();
        bins_.voltage = arrays_.put(start);
        bins_.angle = arrays_.make<double>((bins_.count + 1) * nodes);
        bins_.power = arrays_.make<double>(bins_.count * nodes * 2);
        bins_.side = arrays_.put(
            std::vector<AcSide>(static_cast<std::size_t>(bins_.count * nodes), AcSide::holds));
        bins_.factor = arrays_.make<float>(length(1) * bins_.count * net_.factor_size);
        bins_.lower = arrays_.make<float>(length(1) * bins_.count * net_.lower_size);
    }

    /// A table's mean in each bin, over hours evenly taken from it.
    AcTable mean_of(const AcTable& table, const std::int32_t* sample, std::ptrdiff_t samples) {
        if (table.value == nullptr || table.hour_stride == 0) {
            return table;
        }
        double* mean = arrays_.make<double>(buses_ * bins_.count);
        Kokkos::parallel_for("means of bins", Range(0, buses_),
                             MeanOfBins{table, sample, bins_.count, samples, mean});
        return {mean, bins_.count, 1};
    }

    AcInput mean_input() {
        constexpr std::ptrdiff_t samples = 16;
        std::vector<std::int32_t> sample;
        for (std::ptrdiff_t bin = 0; bin < bins_.count; ++bin) {
            const std::ptrdiff_t begin = bin_begin(bin);
            const std::ptrdiff_t count = bin_begin(bin + 1) - begin;
            for (std::ptrdiff_t s = 0; s < samples; ++s) {
                const std::ptrdiff_t block =
                    sorted_[static_cast<std::size_t>(begin + (2 * s + 1) * count / (2 * samples))];
                const std::ptrdiff_t hour = block * block_ + s % block_;
                sample.push_back(static_cast<std::int32_t>(std::min(hour, hours_ - 1)));
            }
        }
        const std::int32_t* hours = arrays_.put(sample);
        return {mean_of(input_.p, hours, samples), mean_of(input_.q, hours, samples),
                mean_of(input_.v_set, hours, samples), mean_of(input_.q_min, hours, samples),
                mean_of(input_.q_max, hours, samples)};
    }

    /// Full Newton at the mean of each bin; its state and factor are the bin's.
    template <class Memory>
    AcNewton newton_of_bins(ArraysIn<Memory>& arrays, const AcStructure& net, const AcInput& mean,
                            const AcBins& bins, std::ptrdiff_t stride) {
        Places places;
        for (std::int32_t bin = 0; bin < bins.count; ++bin) {
            places.hour.push_back(bin);
            places.source.push_back(~static_cast<std::int64_t>(bins.count));
            places.target.push_back(0);
            places.bin.push_back(-1);
        }
        places.fill_up(stride);
        AcNewton work = newton_work(arrays, net, places, stride, false);
        work.input = mean;
        work.bins = bins;
        work.keep_factor = true;
        work.angle_steps = flat_ ? 3 : 0;
        work.steps.most = 30;
        work.output = {};
        work.output.status = arrays.template make<AcStatus>(bins.count);
        work.output.worst_bus = arrays.template make<std::int32_t>(bins.count);
        work.output.mismatch = arrays.template make<double>(bins.count);
        work.output.steps =
            arrays.put(std::vector<std::int32_t>(static_cast<std::size_t>(bins.count), 0));
        work.lower = arrays.template make<float>(work.slots * net.lower_size * stride);
        return work;
    }

    /// On a GPU the bins' means are solved by the host: a handful of hours, each a long chain of
    /// small steps, leaves a card idle (measured: docs/user/gpu.md).
    std::vector<AcLeft> solve_means() {
        const AcInput mean = mean_input();
        if constexpr (on_host) {
            const AcNewton work = newton_of_bins(arrays_, net_, mean, bins_, stride_);
            launch(work);
            return Arrays::get(work.left, bins_.count);
        } else {
            HostArrays host;
            const AcStructure net = structure_in(host, structure_);
            const auto fetch = [&host](const auto* from, std::ptrdiff_t size) {
                return host.put(Arrays::get(from, size));
            };
            const auto table = [&](const AcTable& t) {
                const std::ptrdiff_t size = t.hour_stride == 0 ? buses_ : buses_ * bins_.count;
                return t.value == nullptr
                           ? t
                           : AcTable{fetch(t.value, size), t.bus_stride, t.hour_stride};
            };
            const std::ptrdiff_t nodes = net.nodes;
            AcBins bins = bins_;
            bins.voltage = fetch(bins_.voltage, 2 * (bins_.count + 1) * nodes);
            bins.power = host.make<double>(2 * bins_.count * nodes);
            bins.side = fetch(bins_.side, bins_.count * nodes);
            bins.factor = host.make<float>(length(1) * bins_.count * net.factor_size);
            bins.lower = host.make<float>(length(1) * bins_.count * net.lower_size);
            const AcNewton work = newton_of_bins(host, net,
                                                 {table(mean.p), table(mean.q), table(mean.v_set),
                                                  table(mean.q_min), table(mean.q_max)},
                                                 bins, variant_.stride);
            for (std::ptrdiff_t slot = 0; slot < work.slots; ++slot) {
                variant_.newton(work, slot);
            }
            give_back(bins_.voltage, bins.voltage, 2 * bins_.count * nodes);
            give_back(bins_.power, bins.power, 2 * bins_.count * nodes);
            give_back(bins_.side, bins.side, bins_.count * nodes);
            give_back(bins_.factor, bins.factor, length(1) * bins_.count * net.factor_size);
            give_back(bins_.lower, bins.lower, length(1) * bins_.count * net.lower_size);
            return HostArrays::get(work.left, bins_.count);
        }
    }

    template <class T>
    static void give_back(T* to, const T* from, std::ptrdiff_t size) {
        const auto count = static_cast<std::size_t>(size);
        Kokkos::deep_copy(Arrays::Part<T>(to, count), HostSpan<const T>(from, count));
    }

    void solve_bins() {
        const std::vector<AcLeft> left = solve_means();
        std::int32_t good = -1;
        good_bin_.assign(left.size(), -1);
        for (std::size_t bin = 0; bin < left.size(); ++bin) {
            good = left[bin] == AcLeft::nothing ? static_cast<std::int32_t>(bin) : good;
            good_bin_[bin] = good;
        }
        for (std::size_t bin = left.size(); bin-- > 0;) {
            good = left[bin] == AcLeft::nothing ? static_cast<std::int32_t>(bin) : good;
            good_bin_[bin] = good_bin_[bin] < 0 ? good : good_bin_[bin];
        }
        const std::ptrdiff_t angles = (bins_.count + 1) * std::ptrdiff_t{net_.nodes};
        Kokkos::parallel_for("angles of bins", Range(0, angles),
                             AngleOfBins{bins_.voltage, bins_.angle});
    }

    /// Groups of hours, bin by bin, in a bin by hour. A bin whose mean has no solution takes the
    /// factor of a neighbour; where there is none at all its hours are left to their own Newton.
    void place_hours() {
        for (std::ptrdiff_t bin = 0; bin < bins_.count; ++bin) {
            const auto first = sorted_.begin() + bin_begin(bin);
            const auto last = sorted_.begin() + bin_begin(bin + 1);
            std::sort(first, last);
            for (auto block = first; block != last; ++block) {
                const std::ptrdiff_t begin = *block * block_;
                for (auto h = begin; h < std::min(begin + block_, hours_); ++h) {
                    places_.hour.push_back(static_cast<std::int32_t>(h));
                }
                places_.fill_up(block_);
            }
            places_.fill_up(stride_);
            const auto groups = places_.hour.size() / static_cast<std::size_t>(stride_);
            const std::int32_t good = good_bin_[static_cast<std::size_t>(bin)];
            places_.bin_of_group.resize(groups, good < 0 ? bins_.count : good);
        }
        batch_ = batch_of(arrays_, places_, stride_);
        bins_.of_group = arrays_.put(places_.bin_of_group);
    }

    template <class Memory>
    static AcBatch batch_of(ArraysIn<Memory>& arrays, const Places& places, std::ptrdiff_t stride) {
        AcBatch batch;
        batch.groups = length(places.hour.size()) / stride;
        std::vector<std::int32_t> hour;
        std::vector<std::uint8_t> copy;
        for (const std::int32_t h : places.hour) {
            hour.push_back(h < 0 ? ~h : h);
            copy.push_back(static_cast<std::uint8_t>(h < 0));
        }
        put_places(arrays, hour, copy, batch);
        return batch;
    }

    /// Groups that are worked on at the same time: one a thread on a host, as many as 1 GiB of room
    /// allows on a GPU.
    [[nodiscard]] std::ptrdiff_t slots_for(std::ptrdiff_t groups, std::ptrdiff_t bytes) const {
        std::ptrdiff_t most = (std::ptrdiff_t{1} << 30) / std::max<std::ptrdiff_t>(bytes, 1);
        if constexpr (on_host) {
            most = Space().concurrency();
        }
        return std::max<std::ptrdiff_t>(1, std::min(groups, most));
    }

    [[nodiscard]] std::ptrdiff_t items_a_slot() const { return on_host ? 1 : stride_; }

    std::vector<AcLeft> run_chords() {
        std::vector<AcLeft> left(places_.hour.size(), AcLeft::start_anew);
        if (settings_.chord_steps <= 0 || good_bin_.front() < 0) {
            for (std::size_t i = 0; i < left.size(); ++i) {
                left[i] = places_.hour[i] < 0 ? AcLeft::nothing : left[i];
            }
            return left;
        }
        AcChord work;
        work.net = net_;
        work.input = input_;
        work.batch = batch_;
        work.bins = bins_;
        work.output = output_;
        work.steps = {settings_.tolerance_pu, settings_.q_tolerance_pu, settings_.chord_steps};
        const std::ptrdiff_t bytes = stride_ * (32L * net_.nodes + 12L * net_.unknowns);
        work.slots = slots_for(batch_.groups, bytes);
        work.left = arrays_.make<AcLeft>(length(left.size()));
        const std::ptrdiff_t tile = stride_ * net_.nodes * 2;
        work.voltage = arrays_.make<double>(work.slots * tile);
        work.given = arrays_.make<double>(work.slots * tile);
        if (!own_sides_) {
            work.state = arrays_.make<double>(batch_.groups * tile);
            state_ = work.state;
        }
        work.x = arrays_.make<float>(work.slots * stride_ * net_.unknowns * 3);
        make_room_for_own(work);
        Kokkos::parallel_for("AC chord steps", Range(0, work.slots * items_a_slot()),
                             RunChord{work, variant_});
        return Arrays::get(work.left, length(left.size()));
    }

    /// Rooms for factors of single hours, where those of a group stay in the cache. (On a card this
    /// has not been measured.)
    void make_room_for_own(AcChord& work) {
        work.own_from = own_factors_ ? 3 : settings_.chord_steps + 1;
        if (!own_factors_ && !own_sides_) {
            return;
        }
        const std::ptrdiff_t lanes = work.slots * stride_;
        work.own.net = net_;
        work.own.power = arrays_.make<double>(lanes * net_.nodes * 2);
        work.own.free_v = arrays_.make<double>(lanes * net_.nodes);
        work.own.work = arrays_.make<float>(lanes * net_.work_size);
        work.own.lower = arrays_.make<float>(lanes * net_.lower_size);
        if (!own_sides_) {
            return;
        }
        work.own.input = input_;
        work.own.batch = batch_;
        work.own.steps = work.steps;
        work.own.near = 1.0; // what is mistaken this early, later rounds put right
        work.own.side = arrays_.make<AcSide>(lanes * net_.nodes);
        work.own.returns = arrays_.make<std::uint8_t>(lanes * net_.nodes);
    }

    [[nodiscard]] std::size_t count_done(const std::vector<AcLeft>& left) const {
        std::size_t done = 0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            done += places_.hour[i] >= 0 && left[i] == AcLeft::nothing ? 1 : 0;
        }
        return done;
    }

    /// Hours that are not solved, in groups.
    [[nodiscard]] Places places_left(const std::vector<AcLeft>& left, bool damped) const {
        Places places;
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (left[i] == AcLeft::nothing) {
                continue;
            }
            const std::int32_t bin = places_.bin_of_group[i / static_cast<std::size_t>(stride_)];
            places.hour.push_back(places_.hour[i]);
            places.target.push_back(length(i));
            places.source.push_back(
                left[i] == AcLeft::go_on && !damped ? length(i) : ~static_cast<std::int64_t>(bin));
            places.bin.push_back(bin == bins_.count ? -1 : bin);
        }
        if (!places.hour.empty()) {
            places.fill_up(stride_);
        }
        return places;
    }

    template <class Memory>
    AcNewton newton_work(ArraysIn<Memory>& arrays, const AcStructure& net, const Places& places,
                         std::ptrdiff_t stride, bool damped) {
        AcNewton work;
        work.net = net;
        work.input = input_;
        work.batch = batch_of(arrays, places, stride);
        work.bins = bins_;
        work.output = output_;
        work.steps = {settings_.tolerance_pu, settings_.q_tolerance_pu,
                      damped ? 4 * settings_.newton_steps : settings_.newton_steps};
        work.damped = damped;
        work.source = arrays.put(places.source);
        work.tiles = state_;
        work.bin = arrays.put(places.bin);
        work.left = arrays.template make<AcLeft>(length(places.hour.size()));
        const std::ptrdiff_t bytes =
            stride * (76L * net.nodes + 4L * net.work_size + 4L * net.unknowns);
        work.slots = slots_for(work.batch.groups, bytes);
        const std::ptrdiff_t nodes = work.slots * stride * net.nodes;
        work.voltage = arrays.template make<double>(2 * nodes);
        work.best = damped ? arrays.template make<double>(2 * nodes) : nullptr;
        work.power = arrays.template make<double>(2 * nodes);
        work.given = arrays.template make<double>(2 * nodes);
        work.free_v = arrays.template make<double>(nodes);
        work.side = arrays.template make<AcSide>(nodes);
        work.returns = arrays.template make<std::uint8_t>(nodes);
        work.work = arrays.template make<float>(work.slots * stride * net.work_size);
        work.x = arrays.template make<float>(work.slots * stride * net.unknowns);
        return work;
    }

    void launch(const AcNewton& work) {
        Kokkos::parallel_for("AC Newton", Range(0, work.slots * items_a_slot()),
                             RunNewton{work, variant_});
    }

    std::vector<AcLeft> run_newtons(const Places& places, bool damped) {
        AcNewton work = newton_work(arrays_, net_, places, stride_, damped);
        const bool no_bins = good_bin_.front() < 0;
        work.angle_steps = no_bins && flat_ ? 3 : 0;
        launch(work);
        return Arrays::get(work.left, length(places.hour.size()));
    }

    AcSettings settings_;
    std::ptrdiff_t hours_, buses_;
    Arrays arrays_;
    Answer v_, angle_, slack_, q_machine_;
    AcHostStructure structure_;
    AcStructure net_;
    AcInput input_;
    AcOutput output_;
    AcBatch batch_;
    AcBins bins_;
    AcVariant variant_;
    std::ptrdiff_t stride_ = 0;
    std::ptrdiff_t block_ = 1;      ///< hours that follow each other and share a bin
    const double* state_ = nullptr; ///< [group][nodes x 2] tiles: voltages of hours that were left
    bool own_factors_ = false;      ///< hours make factors of their own
    bool own_sides_ =
        false; ///< and have their own sides of reactive limits while they step in groups
    bool flat_ = true;
    std::vector<std::int32_t> sorted_;   ///< blocks by what is taken out
    std::vector<std::int32_t> good_bin_; ///< by bin: whose factor it takes; -1: none is there
    Places places_;
};

} // namespace
} // namespace detail

AcSummary solve_ac_hours(const AcNetwork& network, const AcHours& hours, const AcSettings& settings,
                         const AcAnswers& answers) {
    if (hours.hours == 0) {
        return {};
    }
    detail::require_hours(network, hours, answers);
    detail::AcCall call(network, hours, settings, answers);
    AcSummary summary = call.solve(hours);
    call.bring_back(answers, summary);
    return summary;
}

} // namespace longyang::kernels
