#include "model/storage.hpp"

#include "model/oracle_data.hpp"
#include "model/read_columns.hpp"
#include "model/store_block.hpp"

namespace longyang::model {
namespace {

constexpr StoreFamilies families = {
    "storage_charge", "storage_discharge", "storage_energy", "storage_spill", "storage_unserved",
    "storage_up",     "storage_down",      "ST-1",           "ST-3",          "ST-4"};

} // namespace

void build_storage(const Context& context, int item, lp::Block& block) {
    build_store(store_data(context, item), families, context.span.hours, block);
}

void read_storage(const Context& /*context*/, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule) {
    const auto i = static_cast<std::size_t>(item);
    read_columns(block, values,
                 {{"storage_charge", schedule.storage_charge_mw.row(i)},
                  {"storage_discharge", schedule.storage_discharge_mw.row(i)},
                  {"storage_energy", schedule.storage_energy_mwh.row(i)},
                  {"storage_spill", schedule.storage_spill_mw.row(i)},
                  {"storage_up", schedule.storage_up_mw.row(i)},
                  {"storage_down", schedule.storage_down_mw.row(i)}});
}

} // namespace longyang::model
