#pragma once

// Internal to kernels/: the arrays of an AC power flow where the kernels run, and on the host.

#include "kernels/detail/ac_structure.hpp"
#include "kernels/detail/arrays.hpp"

#include <memory>
#include <string>
#include <type_traits>

namespace longyang::kernels::detail {

/// Arrays in a memory, kept as long as this lives.
template <class Memory>
class ArraysIn {
public:
    template <class T>
    using Part = Kokkos::View<T*, Memory, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

    template <class T>
    T* make(std::ptrdiff_t size) {
        using View = Kokkos::View<T*, Memory>;
        const View view(
            Kokkos::view_alloc(std::string("AC power flow"), Kokkos::WithoutInitializing),
            static_cast<std::size_t>(size));
        kept_.push_back(std::make_shared<View>(view));
        return view.data();
    }
    template <class T>
    T* put(const std::vector<T>& host) {
        T* to = make<T>(length(host.size()));
        Kokkos::deep_copy(Part<T>(to, host.size()), HostSpan<const T>(host.data(), host.size()));
        return to;
    }
    /// The caller's array; null where it is empty.
    template <class T>
    const T* read(std::span<const T> host) {
        const auto view = to_device("AC input", host);
        kept_.push_back(std::make_shared<std::remove_const_t<decltype(view)>>(view));
        return host.empty() ? nullptr : view.data();
    }
    template <class T>
    static std::vector<T> get(const T* device, std::ptrdiff_t size) {
        return to_vector(Part<const T>(device, static_cast<std::size_t>(size)));
    }

private:
    std::vector<std::shared_ptr<void>> kept_;
};

using Arrays = ArraysIn<Space::memory_space>; ///< where the kernels run
using HostArrays = ArraysIn<Kokkos::HostSpace>;

/// What an answer is written to: the caller's memory, or a copy that is brought back.
class Answer {
public:
    Answer(Arrays& arrays, std::span<double> host) : host_(host) {
        if (host.empty()) {
            return;
        }
        if constexpr (on_host) {
            data_ = host.data();
        } else {
            data_ = arrays.make<double>(length(host.size()));
        }
    }
    [[nodiscard]] double* data() const { return data_; }
    void bring_back() const {
        if constexpr (!on_host) {
            if (!host_.empty()) {
                Kokkos::deep_copy(
                    HostSpan<double>(host_.data(), host_.size()),
                    Kokkos::View<double*, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(
                        data_, host_.size()));
            }
        }
    }

private:
    std::span<double> host_;
    double* data_ = nullptr;
};

template <class Memory>
AcStructure structure_in(ArraysIn<Memory>& arrays, const AcHostStructure& s) {
    AcStructure net = s.sizes;
    net.bus = arrays.put(s.bus);
    net.kind = arrays.put(s.kind);
    net.share = s.share.empty() ? nullptr : arrays.put(s.share);
    net.own_g = arrays.put(s.own_g);
    net.own_b = arrays.put(s.own_b);
    net.entry_begin = arrays.put(s.entry_begin);
    net.entry_node = arrays.put(s.entry_node);
    net.entry_g = arrays.put(s.entry_g);
    net.entry_b = arrays.put(s.entry_b);
    net.x_at = arrays.put(s.x_at);
    net.u_begin = arrays.put(s.u_begin);
    net.u_x = arrays.put(s.u_x);
    net.l_begin = arrays.put(s.l_begin);
    net.l_x = arrays.put(s.l_x);
    net.row_at = arrays.put(s.row_at);
    net.l_row_at = arrays.put(s.l_row_at);
    net.angle_column = arrays.put(s.angle_column);
    net.magnitude_column = arrays.put(s.magnitude_column);
    net.share_column = s.share.empty() ? nullptr : arrays.put(s.share_column);
    net.fill_begin = arrays.put(s.fill_begin);
    net.fill_column = arrays.put(s.fill_column);
    net.pivot_begin = arrays.put(s.pivot_begin);
    net.pivot_row = arrays.put(s.pivot_row);
    net.pivot_column = arrays.put(s.pivot_column);
    net.target_begin = arrays.put(s.target_begin);
    net.target_column = arrays.put(s.target_column);
    net.held = arrays.put(s.held);
    net.limited = arrays.put(s.limited);
    net.held_row = arrays.put(s.held_row);
    return net;
}

/// By `run_hours` places: their first hour where they are hours that follow each other and none is
/// a copy; else -1.
inline std::vector<std::int32_t> runs_of(const std::vector<std::int32_t>& hour,
                                         const std::vector<std::uint8_t>& copy) {
    std::vector<std::int32_t> run;
    for (std::size_t i = 0; i < hour.size(); i += run_hours) {
        bool follow = i + run_hours <= hour.size();
        for (std::size_t l = 0; l < run_hours && follow; ++l) {
            follow = copy[i + l] == 0 && hour[i + l] == hour[i] + static_cast<std::int32_t>(l);
        }
        run.push_back(follow ? hour[i] : -1);
    }
    return run;
}

/// Puts the hours of a batch's places where the kernels read them.
template <class Memory>
void put_places(ArraysIn<Memory>& arrays, const std::vector<std::int32_t>& hour,
                const std::vector<std::uint8_t>& copy, AcBatch& batch) {
    batch.hour = arrays.put(hour);
    batch.copy = arrays.put(copy);
    batch.run = arrays.put(runs_of(hour, copy));
}

/// A table by bus, or by bus and hour.
inline AcTable table_of(const char* name, std::span<const double> values, std::size_t buses,
                        std::size_t hours, Arrays& arrays) {
    if (values.empty()) {
        return {};
    }
    if (values.size() == buses && hours != 1) {
        return {arrays.read(values), 1, 0};
    }
    require_size(name, values.size(), buses * hours);
    return {arrays.read(values), length(hours), 1};
}

} // namespace longyang::kernels::detail
