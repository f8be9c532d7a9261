// Kinds of personal data, as the risk report tells them apart, and sets of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scop::risk {

enum class Data : std::uint8_t {
  bodies,            // what messages say, header and body
  contacts,          // who writes to whom and when: envelopes
  addresses,         // who has a mailbox or an alias here
  passwords,         // as typed
  credentials,       // as kept: hashes and SCRAM keys
  client_addresses,  // IP addresses and names of clients
  learnt_words,      // what the spam filter has learnt, as keyed hashes
  report_data,       // rows of DMARC and TLS reports
  log_lines,         // what the daemons log of all this
};

inline constexpr std::array all_data{Data::bodies,       Data::contacts,    Data::addresses,
                                     Data::passwords,    Data::credentials, Data::client_addresses,
                                     Data::learnt_words, Data::report_data, Data::log_lines};

std::string_view name_of(Data data);     // "client addresses"
std::string_view meaning_of(Data data);  // one line

class DataSet {
 public:
  constexpr DataSet() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): one kind is a set of one
  constexpr DataSet(Data data) : bits_(1U << static_cast<unsigned>(data)) {}
  constexpr bool has(Data data) const { return (bits_ & (1U << static_cast<unsigned>(data))) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr DataSet operator|(DataSet other) const {
    DataSet both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }
  bool operator==(const DataSet&) const = default;

 private:
  unsigned bits_ = 0;
};

constexpr DataSet operator|(Data one, Data other) { return DataSet(one) | DataSet(other); }

std::string names_of(DataSet data);  // "bodies, contacts"; "nothing personal"

}  // namespace scop::risk
