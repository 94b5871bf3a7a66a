#include "lp/block_plan.hpp"

#include "lp/bytes.hpp"

#include <cstdint>

namespace longyang::lp {
namespace {

template <typename Table, typename SomePlan>
std::vector<Table*> list_tables(SomePlan& plan) {
    using Kind = std::remove_const_t<SomePlan>;
    if constexpr (std::is_same_v<Kind, UnitsPlan>) {
        return {&plan.p_mw, &plan.up_mw, &plan.down_mw, &plan.captured_t};
    } else if constexpr (std::is_same_v<Kind, StorePlan>) {
        return {&plan.charge_mw, &plan.discharge_mw, &plan.spill_mw,   &plan.up_mw,
                &plan.down_mw,   &plan.unserved_mw,  &plan.energy_mwh, &plan.value_cny_per_mwh};
    } else if constexpr (std::is_same_v<Kind, RiverPlan>) {
        return {&plan.storage_hm3,
                &plan.release_m3_per_s,
                &plan.spill_m3_per_s,
                &plan.release_short_m3_per_s,
                &plan.end_short_hm3,
                &plan.flow_m3_per_s,
                &plan.p_mw,
                &plan.up_mw,
                &plan.down_mw,
                &plan.pump_m3_per_s,
                &plan.value_cny_per_hm3,
                &plan.head_price_cny_per_hm3};
    } else if constexpr (std::is_same_v<Kind, LinePlan>) {
        return {&plan.power_mw, &plan.delivered_mw, &plan.period_price_cny_per_mwh};
    } else if constexpr (std::is_same_v<Kind, AmountPlan>) {
        return {&plan.amount, &plan.down};
    } else {
        return {};
    }
}

/// What a plan holds besides tables of real numbers.
template <typename SomePlan, typename Visit>
void each_list(SomePlan& plan, const Visit& visit) {
    if (auto* units = std::get_if<UnitsPlan>(&plan)) {
        visit(units->on);
    } else if (auto* line = std::get_if<LinePlan>(&plan)) {
        visit(line->period_row);
    }
}

template <std::size_t k = 0>
void set_kind(std::uint64_t kind, BlockPlan& plan) {
    if constexpr (k < std::variant_size_v<BlockPlan>) {
        if (kind == k) {
            plan.emplace<k>();
        } else {
            set_kind<k + 1>(kind, plan);
        }
    } else {
        throw Error(Exit::defect, "a message names no kind of plan");
    }
}

} // namespace

std::vector<std::vector<double>*> tables_of(BlockPlan& plan) {
    return std::visit([](auto& kind) { return list_tables<std::vector<double>>(kind); }, plan);
}

std::vector<const std::vector<double>*> tables_of(const BlockPlan& plan) {
    return std::visit([](const auto& kind) { return list_tables<const std::vector<double>>(kind); },
                      plan);
}

std::vector<std::byte> to_bytes(std::span<const BlockPlan> plans) {
    std::vector<std::byte> message;
    bytes::put(message, static_cast<std::uint64_t>(plans.size()));
    for (const BlockPlan& plan : plans) {
        bytes::put(message, static_cast<std::uint64_t>(plan.index()));
        if (const auto* units = std::get_if<UnitsPlan>(&plan)) {
            bytes::put(message, units->units);
        }
        each_list(plan, [&](const auto& list) { bytes::put_items(message, list); });
        for (const std::vector<double>* table : tables_of(plan)) {
            bytes::put_runs(message, *table);
        }
    }
    return message;
}

std::vector<BlockPlan> plans_from_bytes(std::span<const std::byte> message) {
    bytes::Reader reader(message);
    std::uint64_t count = 0;
    reader.get(count);
    std::vector<BlockPlan> plans(static_cast<std::size_t>(count));
    for (BlockPlan& plan : plans) {
        std::uint64_t kind = 0;
        reader.get(kind);
        set_kind(kind, plan);
        if (auto* units = std::get_if<UnitsPlan>(&plan)) {
            reader.get(units->units);
        }
        each_list(plan, [&](auto& list) { reader.get_items(list); });
        for (std::vector<double>* table : tables_of(plan)) {
            reader.get_runs(*table);
        }
    }
    return plans;
}

PackedPlans::PackedPlans(std::vector<BlockPlan> plans) {
    bytes_.reserve(plans.size());
    for (BlockPlan& plan : plans) {
        const std::vector<std::byte> bytes = to_bytes(std::span(&plan, 1));
        bytes_.emplace_back(bytes.begin(), bytes.end()); // no larger than it has to be
        plan = BlockPlan();
    }
}

std::vector<BlockPlan> PackedPlans::unpack() {
    std::vector<BlockPlan> plans;
    plans.reserve(bytes_.size());
    for (std::vector<std::byte>& bytes : bytes_) {
        plans.push_back(std::move(plans_from_bytes(bytes).front()));
        bytes = std::vector<std::byte>();
    }
    bytes_.clear();
    return plans;
}

} // namespace longyang::lp
