#include "run/plans_of_ranks.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace longyang::run {

std::vector<lp::BlockPlan> gather_plans(const Comm& comm, std::span<const int> owner,
                                        std::vector<lp::BlockPlan> own) {
    own.resize(static_cast<std::size_t>(std::count(owner.begin(), owner.end(), comm.rank())));
    // The root's own plans stay as they are.
    std::vector<std::vector<std::byte>> gathered =
        gather_bytes(comm, comm.root() ? std::vector<std::byte>() : lp::to_bytes(own));
    std::vector<lp::BlockPlan> plans;
    if (!comm.root()) {
        return plans;
    }
    plans.resize(owner.size());
    for (std::size_t rank = 0; rank < gathered.size(); ++rank) {
        if (rank > 0) {
            own = lp::plans_from_bytes(gathered[rank]);
            gathered[rank] = std::vector<std::byte>();
        }
        std::size_t next = 0;
        for (std::size_t k = 0; k < owner.size(); ++k) {
            if (static_cast<std::size_t>(owner[k]) == rank) {
                plans[k] = std::move(own[next++]);
            }
        }
    }
    return plans;
}

std::vector<lp::BlockPlan> deal_plans(const Comm& comm, std::span<const int> owner,
                                      std::span<const lp::BlockPlan> plans) {
    std::vector<std::vector<std::byte>> messages(comm.root() ? static_cast<std::size_t>(comm.size())
                                                             : 0);
    const auto part_of = [&](std::size_t rank) {
        std::vector<lp::BlockPlan> part;
        for (std::size_t k = 0; k < owner.size(); ++k) {
            if (static_cast<std::size_t>(owner[k]) == rank) {
                part.push_back(plans[k]);
            }
        }
        return part;
    };
    for (std::size_t rank = 1; rank < messages.size(); ++rank) {
        messages[rank] = lp::to_bytes(part_of(rank));
    }
    const std::vector<std::byte> message = scatter_bytes(comm, messages);
    return comm.root() ? part_of(0) : lp::plans_from_bytes(message);
}

} // namespace longyang::run
