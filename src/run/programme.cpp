#include "run/programme.hpp"

#include "base/error.hpp"
#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "run/conflict.hpp"
#include "run/cost_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace longyang::run {
namespace {

using powerflow::LimitViolation;

void append_rows(lp::SparseRows& whole, const lp::SparseRows& more) {
    const std::int64_t before = whole.start.back();
    whole.lower.insert(whole.lower.end(), more.lower.begin(), more.lower.end());
    whole.upper.insert(whole.upper.end(), more.upper.begin(), more.upper.end());
    whole.column.insert(whole.column.end(), more.column.begin(), more.column.end());
    whole.value.insert(whole.value.end(), more.value.begin(), more.value.end());
    for (std::size_t r = 1; r < more.start.size(); ++r) {
        whole.start.push_back(before + more.start[r]);
    }
}

/// Calls use(block, first column in `own_columns`) for each own block.
template <class Use>
void for_each_block(const std::vector<lp::Block>& blocks, const Use& use) {
    std::size_t first = 0;
    for (const lp::Block& block : blocks) {
        use(block, first);
        first += static_cast<std::size_t>(block.columns());
    }
}

} // namespace

Programme::Programme(const Comm& comm, const model::Context& context,
                     const partition::Owners& owners)
    : comm_(comm), context_(context), owners_(owners), ids_(model::list_blocks(context.system)),
      limits_(comm, context) {
    for (const model::BlockId id : ids_) {
        owner_of_block_.push_back(model::owner_of(context.system, owners, id));
    }
    model::build_blocks(context, owners, comm.rank(), own_);
    coupling_ = model::make_coupling(context);
}

lp::Size Programme::size() const {
    lp::Size size = lp::size_of(own_, coupling_);
    for (long long* part :
         {&size.columns, &size.integers, &size.rows, &size.nonzeros, &size.coupling_nonzeros}) {
        *part = sum(comm_, *part);
    }
    return size;
}

void Programme::add_section_contracts(const GridFactors& grid) {
    limits_.add_section_contracts(grid, coupling_);
}

void Programme::assemble() {
    const auto gathered = gather_bytes(comm_, lp::to_bytes(own_));
    on_root(comm_, [&] {
        for (const auto& bytes : gathered) {
            auto blocks = lp::from_bytes(bytes);
            std::move(blocks.begin(), blocks.end(), std::back_inserter(all_));
        }
        std::sort(all_.begin(), all_.end(),
                  [](const lp::Block& a, const lp::Block& b) { return a.order < b.order; });
        flat_ = lp::flatten(all_, coupling_);
        engine_.emplace(flat_);
    });
}

std::size_t Programme::add_limits(const GridFactors& grid,
                                  const std::vector<LimitViolation>& violations) {
    const std::size_t first = coupling_.rows.size();
    const std::size_t added = limits_.add(grid, violations, coupling_);
    on_root(comm_, [&] {
        if (!engine_) {
            return; // limits of an earlier run, added before the programme is put together
        }
        const lp::SparseRows rows = lp::flatten_rows(all_, coupling_, first, coupling_.rows.size());
        engine_->add_rows(rows);
        append_rows(flat_.rows, rows);
    });
    return added;
}

Programme::Solution Programme::solve(How how, const solve::highs::Settings& settings,
                                     const std::vector<double>& start) {
    solve::highs::Outcome outcome;
    on_root(comm_, [&] {
        switch (how) {
        case How::relaxed:
            outcome = engine_->solve_relaxed(settings);
            break;
        case How::integer:
            outcome = engine_->solve_integer(settings, start);
            break;
        case How::fixed:
            outcome = engine_->solve_fixed(settings, start);
            break;
        }
    });
    Solution solution;
    solution.status =
        static_cast<solve::highs::Status>(broadcast(comm_, static_cast<long long>(outcome.status)));
    solution.has_point = broadcast(comm_, outcome.has_point ? 1LL : 0LL) != 0;
    solution.cost = broadcast(comm_, outcome.cost);
    solution.bound = broadcast(comm_, outcome.bound);
    solution.iterations = broadcast(comm_, outcome.iterations);
    solution.nodes = broadcast(comm_, outcome.nodes);
    solution.words = outcome.words;
    if (!solution.has_point) {
        return solution;
    }

    // Each rank gets its own blocks' columns, in the order of its blocks.
    std::vector<std::vector<double>> parts(comm_.root() ? static_cast<std::size_t>(comm_.size())
                                                        : 0);
    std::vector<double> dual;
    if (comm_.root()) {
        for (std::size_t b = 0; b < all_.size(); ++b) {
            auto& part = parts[static_cast<std::size_t>(owner_of_block_[b])];
            part.insert(part.end(), outcome.point.column.begin() + flat_.first_column[b],
                        outcome.point.column.begin() + flat_.first_column[b + 1]);
        }
        if (!outcome.point.row_dual.empty()) {
            dual.assign(outcome.point.row_dual.begin() + flat_.first_row.back(),
                        outcome.point.row_dual.end());
        }
    }
    std::vector<std::vector<std::byte>> messages;
    messages.reserve(parts.size());
    for (const auto& part : parts) {
        messages.push_back(bytes_of(part));
    }
    solution.own_columns = numbers_of(scatter_bytes(comm_, messages));
    std::vector<std::byte> dual_bytes = bytes_of(dual);
    broadcast_bytes(comm_, dual_bytes);
    solution.coupling_dual = numbers_of(dual_bytes);
    solution.whole = std::move(outcome.point);
    return solution;
}

/// Which rows tie blocks together for rounding, and whether the root rounds a block, since its
/// group has blocks of several ranks; per block of the whole programme.
Programme::Tied Programme::find_tied() const {
    std::vector<std::byte> rows;
    std::vector<std::byte> of_root;
    if (comm_.root()) {
        const solve::highs::Ties ties = solve::highs::find_ties(all_, coupling_);
        std::vector<int> owner(all_.size(), -1); // of each group; -2: several
        for (std::size_t b = 0; b < all_.size(); ++b) {
            int& of_group = owner[ties.group[b]];
            of_group = of_group == -1 || of_group == owner_of_block_[b] ? owner_of_block_[b] : -2;
        }
        for (const char tied : ties.row) {
            rows.push_back(static_cast<std::byte>(tied));
        }
        for (std::size_t b = 0; b < all_.size(); ++b) {
            of_root.push_back(static_cast<std::byte>(owner[ties.group[b]] == -2 ? 1 : 0));
        }
    }
    broadcast_bytes(comm_, rows);
    broadcast_bytes(comm_, of_root);
    Tied tied;
    for (const std::byte row : rows) {
        tied.row.push_back(static_cast<char>(row));
    }
    for (const std::byte block : of_root) {
        tied.by_root.push_back(static_cast<char>(block));
    }
    return tied;
}

std::vector<double> Programme::round(const Solution& relaxed,
                                     const solve::highs::Rounding& rounding) const {
    const Tied tied = find_tied();
    // Limits that entered since have no price.
    std::vector<double> dual = relaxed.coupling_dual;
    dual.resize(coupling_.rows.size(), 0.0);
    std::vector<double> own;
    agree(comm_, [&] {
        std::vector<char> here;
        for (const lp::Block& block : own_) {
            here.push_back(tied.by_root[static_cast<std::size_t>(block.order)] != 0 ? 0 : 1);
        }
        own = solve::highs::round_blocks(own_, coupling_, relaxed.own_columns, dual, rounding,
                                         {tied.row, here});
    });
    const auto gathered = gather_bytes(comm_, bytes_of(own));
    std::vector<double> whole;
    on_root(comm_, [&] {
        std::vector<std::vector<double>> parts;
        parts.reserve(gathered.size());
        for (const auto& bytes : gathered) {
            parts.push_back(numbers_of(bytes));
        }
        // Of groups with blocks of several ranks, whatever ranks there are.
        const bool any =
            std::find(tied.by_root.begin(), tied.by_root.end(), 1) != tied.by_root.end();
        const std::vector<double> shared =
            any ? solve::highs::round_blocks(all_, coupling_, relaxed.whole.column, dual, rounding,
                                             {tied.row, tied.by_root})
                : std::vector<double>{};
        std::vector<std::size_t> next(parts.size(), 0);
        for (std::size_t b = 0; b < all_.size(); ++b) {
            const auto rank = static_cast<std::size_t>(owner_of_block_[b]);
            const auto count = static_cast<std::size_t>(all_[b].columns());
            const auto from = tied.by_root[b] != 0
                                  ? shared.cbegin() + flat_.first_column[b]
                                  : parts[rank].cbegin() + static_cast<std::ptrdiff_t>(next[rank]);
            whole.insert(whole.end(), from, from + static_cast<std::ptrdiff_t>(count));
            next[rank] += count;
        }
    });
    return whole;
}

lp::Optimality Programme::optimality(const Solution& solution, bool fixed, bool integer_too) const {
    lp::Optimality found;
    on_root(comm_, [&] {
        if (!fixed) {
            found = lp::check_optimality(flat_, solution.whole, all_, coupling_, integer_too);
            return;
        }
        lp::FlatProgramme programme = flat_;
        for (std::size_t j = 0; j < programme.integer.size(); ++j) {
            if (programme.integer[j] != 0) {
                programme.lower[j] = programme.upper[j] = std::round(solution.whole.column[j]);
            }
        }
        found = lp::check_optimality(programme, solution.whole, all_, coupling_, integer_too);
    });
    for (double* value : {&found.primal_cost, &found.dual_bound, &found.primal_infeasibility,
                          &found.dual_infeasibility, &found.integrality, &found.relative_gap}) {
        *value = broadcast(comm_, *value);
    }
    return found;
}

grid::Schedule Programme::schedule(const Solution& solution) const {
    grid::Schedule schedule = grid::empty_schedule(context_.system, context_.span);
    model::size_contract_rows(context_, schedule);
    for_each_block(own_, [&](const lp::Block& block, std::size_t first) {
        model::read_block(context_, ids_[static_cast<std::size_t>(block.order)], block,
                          std::span(solution.own_columns)
                              .subspan(first, static_cast<std::size_t>(block.columns())),
                          schedule);
    });
    return schedule;
}

std::vector<double> Programme::own_injection_mw(const Solution& solution) const {
    const std::size_t hours = context_.span.size();
    const int buses = context_.channels.buses;
    std::vector<double> injection(static_cast<std::size_t>(buses) * hours, 0.0);
    for_each_block(own_, [&](const lp::Block& block, std::size_t first) {
        for (const lp::Port& port : block.ports) {
            const int bus = context_.channels.bus_of(port.channel);
            if (bus < 0) {
                continue;
            }
            const double amount =
                port.column < 0
                    ? 1.0
                    : solution.own_columns[first + static_cast<std::size_t>(port.column)];
            injection[static_cast<std::size_t>(bus) * hours +
                      static_cast<std::size_t>(port.hour)] += port.value * amount;
        }
    });
    return injection;
}

std::vector<std::pair<std::string, double>>
Programme::cost_parts_cny(const Solution& solution) const {
    CostParts parts;
    for_each_block(own_, [&](const lp::Block& block, std::size_t first) {
        parts.add(block, std::span(solution.own_columns)
                             .subspan(first, static_cast<std::size_t>(block.columns())));
    });
    return parts.whole(comm_);
}

std::string Programme::conflict_words(double time_limit_s) {
    std::string words;
    on_root(comm_, [&] {
        const auto conflict = engine_->find_conflict(time_limit_s);
        words = describe_conflict(context_, all_, coupling_, flat_, conflict);
    });
    std::vector<std::byte> bytes(words.size());
    std::memcpy(bytes.data(), words.data(), words.size());
    broadcast_bytes(comm_, bytes);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void Programme::write_mps(const std::string& path, bool relaxed) const {
    on_root(comm_, [&] {
        engine_->write_mps(path, lp::column_names(all_), lp::row_names(all_, coupling_), relaxed);
    });
}

} // namespace longyang::run
