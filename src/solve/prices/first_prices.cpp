// Where PriceEngine's prices begin (PE-4): what energy costs by what blocks say and show.
#include "solve/prices/engine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace longyang::solve::prices {
namespace {

bool equality(const lp::CouplingRow& row) {
    return row.lower == row.upper;
}

/// Channels that stand in equality rows of single hours: those of energy.
std::vector<char> balanced_channels(const lp::Coupling& coupling) {
    std::vector<char> balanced(coupling.channels.size(), 0);
    for (const lp::CouplingRow& row : coupling.rows) {
        if (equality(row) && row.end == row.begin + 1) {
            for (const int channel :
                 coupling.patterns[static_cast<std::size_t>(row.pattern)].channel) {
                balanced[static_cast<std::size_t>(channel)] = 1;
            }
        }
    }
    return balanced;
}

/// Of all ranks, by value: the same whichever rank has which.
std::vector<Offer> all_in_order(const Comm& comm, const std::vector<Offer>& own) {
    std::vector<double> flat;
    for (const Offer& offer : own) {
        flat.insert(flat.end(), {offer.cny_per_unit, offer.amount});
    }
    const std::vector<double> all = gather_to_all(comm, flat);
    std::vector<Offer> offers;
    for (std::size_t k = 0; k < all.size(); k += 2) {
        offers.push_back({all[k], all[k + 1]});
    }
    std::sort(offers.begin(), offers.end(), [](const Offer& a, const Offer& b) {
        return std::pair(a.cny_per_unit, a.amount) < std::pair(b.cny_per_unit, b.amount);
    });
    return offers;
}

double total(const std::vector<Offer>& offers) {
    return std::accumulate(offers.begin(), offers.end(), 0.0,
                           [](double sum, const Offer& offer) { return sum + offer.amount; });
}

/// The cost below which half of the amount lies, 0 where there is none.
double median_cny(const std::vector<Offer>& offers) {
    const double half = 0.5 * total(offers);
    double sum = 0.0;
    for (const Offer& offer : offers) {
        sum += offer.amount;
        if (sum >= half) {
            return offer.cny_per_unit;
        }
    }
    return 0.0;
}

/// Mean cost of those between a twentieth and twenty times the median, 0 where there is none: some
/// dear units that hardly ever run, or cheap ones that always do, say nothing about the price.
double usual_cny(const std::vector<Offer>& offers) {
    constexpr double near = 20.0;
    const double median = median_cny(offers);
    double cny = 0.0;
    double amount = 0.0;
    for (const Offer& offer : offers) {
        if (offer.cny_per_unit >= median / near && offer.cny_per_unit <= median * near) {
            cny += offer.cny_per_unit * offer.amount;
            amount += offer.amount;
        }
    }
    return amount > 0.0 ? cny / amount : 0.0;
}

} // namespace

/// What an oracle makes at a price of energy.
Offer PriceEngine::offer_at(const Oracle& oracle, const std::vector<char>& balanced,
                            double price_cny) {
    const auto hours = static_cast<std::size_t>(coupling_.hours);
    const std::size_t size = oracle.channels.size() * hours;
    own_price_.assign(size, 0.0);
    own_given_.assign(size, 0.0);
    for (std::size_t k = 0; k < oracle.channels.size(); ++k) {
        if (balanced[static_cast<std::size_t>(oracle.channels[k])] != 0) {
            std::fill_n(own_price_.begin() + static_cast<std::ptrdiff_t>(k * hours), hours,
                        price_cny);
        }
    }
    const Answer answer = oracle.solve(own_price_, own_given_);
    double energy = 0.0;
    for (std::size_t k = 0; k < size; ++k) {
        energy += own_price_[k] > 0.0 ? own_given_[k] : 0.0;
    }
    return {energy > 0.0 ? answer.cost_cny / energy : 0.0, energy};
}

/// What output costs: what is usual among those who say it; where nobody does, the median of what
/// oracles show at a price that is high for all.
void PriceEngine::look_at_costs() {
    const std::vector<char> balanced = balanced_channels(coupling_);
    const double high_cny = dearest_cny_ > 0.0 ? dearest_cny_ : 1e4;
    std::vector<Offer> told;
    std::vector<Offer> shown;
    const auto add = [&](const Offer& offer, double least_cny, std::vector<Offer>& list) {
        if (offer.cny_per_unit > least_cny && offer.cny_per_unit < 0.5 * high_cny) {
            list.push_back(offer);
        }
    };
    agree(comm_, [&] {
        for (const Oracle& oracle : own_) {
            if (!oracle.offers) {
                // Water and wind say nothing about the price.
                add(offer_at(oracle, balanced, high_cny), 1e-3 * high_cny, shown);
                continue;
            }
            for (const Offer& offer : *oracle.offers) {
                add(offer, 0.0, told);
            }
        }
    });
    told = all_in_order(comm_, told);
    shown = all_in_order(comm_, shown);
    typical_cny_ = told.empty() ? median_cny(shown) : usual_cny(told);
    if (typical_cny_ == 0.0) {
        typical_cny_ = 0.02 * high_cny;
    }
}

/// What a row's channels are worth to those who turn them into energy, at the typical price (heat
/// of power blocks); 0: nobody does.
double PriceEngine::worth_in_energy(const lp::Pattern& pattern,
                                    const std::vector<char>& balanced) const {
    std::vector<double> taken_by(coupling_.channels.size(), 0.0);
    for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
        taken_by[static_cast<std::size_t>(pattern.channel[i])] -= pattern.weight[i];
    }
    double least_cny = lp::infinity;
    for (std::size_t m = 0; m < movers().channel.size(); ++m) {
        double energy = 0.0;
        double taken = 0.0;
        for (std::size_t k = 0; k < movers().channel[m].size(); ++k) {
            const auto channel = static_cast<std::size_t>(movers().channel[m][k]);
            const double weight = movers().weight[m][k];
            energy += balanced[channel] != 0 ? weight : 0.0;
            taken += taken_by[channel] * weight;
        }
        if (energy > 0.0 && taken > 0.0) {
            least_cny = std::min(least_cny, typical_cny_ * energy / taken);
        }
    }
    return std::isfinite(least_cny) ? least_cny : 0.0;
}

void PriceEngine::first_prices(std::size_t first_row) {
    std::vector<double> price = dual_.prices();
    const std::vector<char> balanced = balanced_channels(coupling_);
    std::vector<double> worth(coupling_.patterns.size(), std::numeric_limits<double>::quiet_NaN());
    const auto worth_of = [&](int pattern) {
        const auto p = static_cast<std::size_t>(pattern);
        if (std::isnan(worth[p])) {
            worth[p] = worth_in_energy(coupling_.patterns[p], balanced);
        }
        return worth[p];
    };
    for (std::size_t r = first_row; r < price.size(); ++r) {
        const lp::CouplingRow& row = coupling_.rows[r];
        if (equality(row) && row.end == row.begin + 1) {
            price[r] = typical_cny_;
        } else if (row.lower == 0.0 && row.end == row.begin + 1) {
            price[r] = worth_of(row.pattern);
        }
    }
    dual_.set_prices(std::move(price));
}

} // namespace longyang::solve::prices
