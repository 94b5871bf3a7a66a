#include "kernels/stores.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/stores.hpp"

#include <stdexcept>
#include <string>

namespace longyang::kernels {
namespace {

void require_sizes(const Stores& s) {
    using detail::require_size;
    const std::size_t hours = s.stores * s.hours;
    const std::size_t lots = hours * s.lots;
    require_size("start", s.start.size(), s.stores);
    require_size("kept", s.kept.size(), s.stores);
    require_size("end_target", s.end_target.size(), s.stores);
    require_size("end_price", s.end_price.size(), s.stores);
    require_size("low", s.low.size(), hours);
    require_size("high", s.high.size(), hours);
    require_size("base", s.base.size(), hours);
    require_size("lot_value", s.lot_value.size(), lots);
    require_size("lot_amount", s.lot_amount.size(), lots);
    if (!s.hold.empty()) {
        require_size("hold", s.hold.size(), hours);
    }
    if (!s.lot_curvature.empty()) {
        require_size("lot_curvature", s.lot_curvature.size(), s.stores * s.lots);
        require_size("lot_centre", s.lot_centre.size(), lots);
    }
    for (const double kept : s.kept) {
        if (!(kept > 0.0 && kept <= 1.0)) {
            throw std::invalid_argument("kept is " + std::to_string(kept) +
                                        ", expected a share above 0");
        }
    }
}

/// The stores' arrays where the kernels run; `data` points to them.
struct OnDevice {
    using Copy = decltype(detail::to_device("", std::span<const double>()));
    Copy start, kept, end_target, end_price, low, high, base, hold;
    Copy lot_value, lot_amount, lot_centre, lot_curvature;
    detail::StoreData data;

    explicit OnDevice(const Stores& s)
        : start(detail::to_device("start", s.start)), kept(detail::to_device("kept", s.kept)),
          end_target(detail::to_device("end_target", s.end_target)),
          end_price(detail::to_device("end_price", s.end_price)),
          low(detail::to_device("low", s.low)), high(detail::to_device("high", s.high)),
          base(detail::to_device("base", s.base)), hold(detail::to_device("hold", s.hold)),
          lot_value(detail::to_device("lot_value", s.lot_value)),
          lot_amount(detail::to_device("lot_amount", s.lot_amount)),
          lot_centre(detail::to_device("lot_centre", s.lot_centre)),
          lot_curvature(detail::to_device("lot_curvature", s.lot_curvature)),
          data{detail::length(s.hours),
               detail::length(s.lots),
               start.data(),
               kept.data(),
               end_target.data(),
               end_price.data(),
               low.data(),
               high.data(),
               base.data(),
               s.hold.empty() ? nullptr : hold.data(),
               lot_value.data(),
               lot_amount.data(),
               s.lot_curvature.empty() ? nullptr : lot_centre.data(),
               s.lot_curvature.empty() ? nullptr : lot_curvature.data()} {}
};

} // namespace

void plan_stores(const Stores& stores, double breach_price, const StorePlans& plans) {
    require_sizes(stores);
    const std::size_t hours = stores.stores * stores.hours;
    detail::require_size("value", plans.value.size(), hours);
    detail::require_size("content", plans.content.size(), hours);
    detail::require_size("taken", plans.taken.size(), hours * stores.lots);
    detail::require_size("breach", plans.breach.size(), stores.stores);
    detail::require_size("bound", plans.bound.size(), stores.stores);
    if (hours == 0) {
        return;
    }
    const OnDevice on(stores);
    const auto without_init = [](const char* name) {
        return Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing);
    };
    const detail::Array<detail::Step> queues(
        without_init("queues"), stores.stores * static_cast<std::size_t>(on.data.steps()));
    const detail::Array<double> cuts(without_init("cuts"), 2 * hours);
    const detail::Array<detail::Reach> reaches(without_init("reaches"), hours);
    const auto value = detail::output_on_device("value", plans.value);
    const auto taken = detail::output_on_device("taken", plans.taken);
    const auto content = detail::output_on_device("content", plans.content);
    const auto breach = detail::output_on_device("breach", plans.breach);
    const auto bound = detail::output_on_device("bound", plans.bound);
    const detail::Range every_store(0, detail::length(stores.stores));
    Kokkos::parallel_for("plan_stores", every_store,
                         detail::PlanStores{on.data, breach_price, queues.data(), cuts.data(),
                                            reaches.data(), value.data(), taken.data(),
                                            content.data(), breach.data()});
    Kokkos::parallel_for("store_bounds", every_store,
                         detail::BoundStores{on.data, value.data(), bound.data()});
    detail::to_host(value, plans.value);
    detail::to_host(taken, plans.taken);
    detail::to_host(content, plans.content);
    detail::to_host(breach, plans.breach);
    detail::to_host(bound, plans.bound);
}

void store_bounds(const Stores& stores, std::span<const double> value, std::span<double> bound) {
    require_sizes(stores);
    detail::require_size("value", value.size(), stores.stores * stores.hours);
    detail::require_size("bound", bound.size(), stores.stores);
    if (value.empty()) {
        return;
    }
    const OnDevice on(stores);
    const auto value_d = detail::to_device("value", value);
    const auto bound_d = detail::output_on_device("bound", bound);
    Kokkos::parallel_for("store_bounds", detail::Range(0, detail::length(stores.stores)),
                         detail::BoundStores{on.data, value_d.data(), bound_d.data()});
    detail::to_host(bound_d, bound);
}

} // namespace longyang::kernels
