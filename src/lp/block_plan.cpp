#include "lp/block_plan.hpp"

#include "lp/bytes.hpp"

#include <cstdint>

namespace longyang::lp {
namespace {

template <typename Plan, typename Visit>
void each_table(Plan& plan, const Visit& visit) {
    using Kind = std::remove_const_t<Plan>;
    if constexpr (std::is_same_v<Kind, UnitsPlan>) {
        for (auto* table : {&plan.p_mw, &plan.up_mw, &plan.down_mw}) {
            visit(*table);
        }
    } else if constexpr (std::is_same_v<Kind, StorePlan>) {
        for (auto* table : {&plan.charge_mw, &plan.discharge_mw, &plan.spill_mw, &plan.up_mw,
                            &plan.down_mw, &plan.energy_mwh, &plan.value_cny_per_mwh}) {
            visit(*table);
        }
    } else if constexpr (std::is_same_v<Kind, RiverPlan>) {
        for (auto* table :
             {&plan.storage_hm3, &plan.release_m3_per_s, &plan.spill_m3_per_s,
              &plan.release_short_m3_per_s, &plan.end_short_hm3, &plan.flow_m3_per_s, &plan.p_mw,
              &plan.up_mw, &plan.down_mw, &plan.value_cny_per_hm3, &plan.head_price_cny_per_hm3}) {
            visit(*table);
        }
    } else if constexpr (std::is_same_v<Kind, LinePlan>) {
        visit(plan.power_mw);
        visit(plan.delivered_mw);
        visit(plan.period_row);
        visit(plan.period_price_cny_per_mwh);
    } else if constexpr (std::is_same_v<Kind, AmountPlan>) {
        visit(plan.amount);
        visit(plan.down);
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

std::vector<std::byte> to_bytes(std::span<const BlockPlan> plans) {
    std::vector<std::byte> message;
    bytes::put(message, static_cast<std::uint64_t>(plans.size()));
    for (const BlockPlan& plan : plans) {
        bytes::put(message, static_cast<std::uint64_t>(plan.index()));
        std::visit(
            [&](const auto& kind) {
                if constexpr (std::is_same_v<std::decay_t<decltype(kind)>, UnitsPlan>) {
                    bytes::put(message, kind.units);
                    bytes::put_items(message, kind.on);
                }
                each_table(kind, [&](const auto& table) { bytes::put_items(message, table); });
            },
            plan);
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
        std::visit(
            [&](auto& what) {
                if constexpr (std::is_same_v<std::decay_t<decltype(what)>, UnitsPlan>) {
                    reader.get(what.units);
                    reader.get_items(what.on);
                }
                each_table(what, [&](auto& table) { reader.get_items(table); });
            },
            plan);
    }
    return plans;
}

} // namespace longyang::lp
