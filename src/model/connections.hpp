#pragma once

#include "lp/coupling.hpp"
#include "model/blocks.hpp"

/// Limits of connections of bases (NW-4 of docs/theory/network.md). What lies behind one gives to
/// channels of its own beside that of its bus (Channels::feed).
namespace longyang::model {

/// NW-4: a pattern a connection, a row an hour.
void add_connections(lp::Coupling& coupling, const Context& context);

} // namespace longyang::model
