#pragma once

#include "base/comm.hpp"
#include "lp/coupling.hpp"
#include "solve/prices/dual_step.hpp"
#include "solve/prices/oracle.hpp"

#include <functional>
#include <span>
#include <vector>

namespace longyang::solve::prices {

struct Settings {
    int most_iterations = 500; ///< it ends before where the steps have become small
    double share = 0.15;       ///< of the newest plans in the average that steers the prices
    /// Asked after each iteration on every rank; true ends the run. Ranks must agree.
    std::function<bool()> stop = {};
    /// Told after each iteration: its number, the dual value at its prices, the best so far.
    std::function<void(int, double, double)> progress = {};
};

struct Found {
    double bound = 0.0;            ///< proven, CNY: the best dual value met
    std::vector<double> row_price; ///< with which it was met; per row of the coupling
    /// What plans give to the channels, averaged over the iterations: nearly keeps the coupling
    /// rows. channels x hours; this rank's part.
    std::vector<double> channel;
    double cost_cny = 0.0; ///< of the averaged plans; no bound of any kind
    int iterations = 0;
};

/// Raises the dual value of a programme by its coupling rows' prices. Collective; every rank brings
/// the oracles of its own blocks. The same on any number of ranks as long as every block is solved
/// alone.
class PriceEngine {
public:
    /// handled: per row of the coupling, not 0 where an oracle takes care of it.
    PriceEngine(const Comm& comm, const lp::Coupling& coupling, std::vector<Oracle> own,
                std::vector<char> handled);

    /// Takes over a coupling with more patterns and rows behind the old ones.
    void grow(const lp::Coupling& coupling);
    /// From the prices at hand: the first time those that the blocks' own costs suggest, later the
    /// best ones found.
    [[nodiscard]] Found run(const Settings& settings);
    /// The dual value at given prices of rows.
    [[nodiscard]] double bound_at(std::vector<double> row_price);

private:
    struct Evaluation {
        double dual_value = 0.0, cost_cny = 0.0;
    };
    /// Asks all oracles at the present prices; fills channel_ and row_sum_.
    Evaluation evaluate();
    void look_at_costs();
    void set_boxes(std::size_t first_row);
    void first_prices(std::size_t first_row);

    Comm comm_;
    lp::Coupling coupling_;
    std::vector<Oracle> own_;
    std::vector<double> most_price_; ///< per channel: above it relief is unlimited; 0: none
    DualStep dual_;
    double typical_cny_ = 0.0; ///< price at which half of the plants' output pays
    double dearest_cny_ = 0.0; ///< of all relief
    std::vector<double> channel_price_, channel_, row_sum_;
    std::vector<double> own_price_, own_given_; ///< of one oracle
};

} // namespace longyang::solve::prices
