#include "model/connections.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace longyang::model {

// NW-4  - import <= sum over members of output, discharge less charge <= export, in every hour
void add_connections(lp::Coupling& coupling, const Context& context) {
    const grid::Connections& table = context.system.connections;
    const Channels& channels = context.channels;
    for (std::size_t k = 0; k < table.bus.size(); ++k) {
        lp::Pattern pattern{"NW-4", fmt::format("connection {}", table.name[k]), {}, {}};
        for (std::size_t f = 0; f < channels.feeds.size(); ++f) {
            if (channels.feeds[f].connection == static_cast<int>(k)) {
                pattern.channel.push_back(channels.feed(static_cast<int>(f)));
                pattern.weight.push_back(1.0);
            }
        }
        if (pattern.channel.empty()) {
            continue;
        }
        const int number = static_cast<int>(coupling.patterns.size());
        coupling.patterns.push_back(std::move(pattern));
        for (int t = 0; t < coupling.hours; ++t) {
            coupling.rows.push_back(
                {number, t, t + 1, -table.import_max_mw[k], table.export_max_mw[k]});
        }
    }
}

} // namespace longyang::model
