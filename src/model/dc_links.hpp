#pragma once

#include "grid/schedule.hpp"
#include "lp/block.hpp"
#include "model/blocks.hpp"

#include <span>

/// DC links between two buses (NW-5 of docs/theory/network.md): what row `item` of `dc_links` sends
/// from its from_bus, and what it sends from its to_bus. Each is an amount by the hour of its own.
namespace longyang::model {

void build_dc_forward(const Context& context, int item, lp::Block& block);
void read_dc_forward(const Context& context, int item, const lp::Block& block,
                     std::span<const double> values, grid::Schedule& schedule);

void build_dc_backward(const Context& context, int item, lp::Block& block);
void read_dc_backward(const Context& context, int item, const lp::Block& block,
                      std::span<const double> values, grid::Schedule& schedule);

} // namespace longyang::model
