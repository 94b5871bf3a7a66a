#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>

/// Batteries, pumped hydro, CSP with its heat store (ST-1 to ST-4 of docs/theory/storage.md).
namespace longyang::model {

/// Row `item` of `storages`.
void build_storage(const Context& context, int item, lp::Block& block);
void read_storage(const Context& context, int item, const lp::Block& block,
                  std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
