#include "run/plans_of_ranks.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace longyang::run {

std::vector<lp::BlockPlan> gather_plans(const Comm& comm, std::span<const int> owner,
                                        std::vector<lp::BlockPlan> own) {
    own.resize(static_cast<std::size_t>(std::count(owner.begin(), owner.end(), comm.rank())));
    const auto gathered = gather_bytes(comm, lp::to_bytes(own));
    std::vector<lp::BlockPlan> plans;
    if (comm.root()) {
        plans.resize(owner.size());
        std::vector<std::vector<lp::BlockPlan>> parts;
        parts.reserve(gathered.size());
        for (const auto& bytes : gathered) {
            parts.push_back(lp::plans_from_bytes(bytes));
        }
        std::vector<std::size_t> next(parts.size(), 0);
        for (std::size_t k = 0; k < owner.size(); ++k) {
            const auto rank = static_cast<std::size_t>(owner[k]);
            plans[k] = std::move(parts[rank][next[rank]++]);
        }
    }
    return plans;
}

std::vector<lp::BlockPlan> deal_plans(const Comm& comm, std::span<const int> owner,
                                      std::span<const lp::BlockPlan> plans) {
    std::vector<std::vector<std::byte>> messages;
    if (comm.root()) {
        std::vector<std::vector<lp::BlockPlan>> parts(static_cast<std::size_t>(comm.size()));
        for (std::size_t k = 0; k < owner.size(); ++k) {
            parts[static_cast<std::size_t>(owner[k])].push_back(plans[k]);
        }
        messages.reserve(parts.size());
        for (const auto& part : parts) {
            messages.push_back(lp::to_bytes(part));
        }
    }
    return lp::plans_from_bytes(scatter_bytes(comm, messages));
}

} // namespace longyang::run
