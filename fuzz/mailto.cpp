// mailto: URIs of others' policies: the address fits an SMTP path, and no report goes to a domain that has
// not said that it wants it.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "dmarc_report/destinations.hpp"
#include "dns/rdata.hpp"
#include "message/mailto.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto address = message::mailto_address(text)) {
    ENSURE(address->find_first_of(" \t\r\n<>,") == std::string::npos && ascii::is_all_ascii(*address));
    ENSURE(!address->starts_with('@') && !address->ends_with('@') && !address->ends_with('.'));
    ENSURE(message::mailto_address("mailto:" + *address).has_value() || address->contains('%') ||
           address->contains('?'));
  }
  std::vector<dmarc::ReportUri> rua;
  for (const auto line : ascii::split(text, '\n')) rua.push_back({std::string(line), std::nullopt});
  dmarc_report::Destinations destinations("policy.example", "example", rua);
  // Every other stranger agrees, and some with an address of their own.
  unsigned asked = 0;
  for (int round = 0; !destinations.done(); ++round) {
    ENSURE(round < 100);
    for (const auto& question : destinations.wanted()) {
      dns::Answer answer;
      answer.rcode = ++asked % 2 == 0 ? dns::Rcode::nx_domain : dns::Rcode::no_error;
      if (asked % 2 == 1)
        answer.records.push_back(
            dns::txt_to_rdata(asked % 3 == 0 ? "v=DMARC1; rua=mailto:a@b.test" : "v=DMARC1"));
      destinations.answer(question, answer);
    }
  }
  ENSURE(destinations.allowed().size() <= dmarc_report::most_destinations);
  for (const auto& destination : destinations.allowed()) {
    const auto domain =
        ascii::to_lower(std::string_view(destination.address).substr(destination.address.rfind('@') + 1));
    const bool inside = domain == "example" || domain.ends_with(".example");
    ENSURE(inside || asked > 0);
  }
  return 0;
}
