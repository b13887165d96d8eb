// asio on its completion port back end, as it is on Windows: nothing of asio is changed.
//
//   lapwing c++ -O2 -o asio_echo asio_echo.cpp && ./asio_echo 5150
//
// An echo server over TCP and UDP on the given port; a timer says every ten seconds how many
// connections there were.  `./asio_echo --self-test` starts it on a free port, resolves localhost,
// talks to it over both protocols, and ends.

#define _WIN32_WINNT 0x0A00

#include <asio.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#if !defined(ASIO_HAS_IOCP)
#error "this example is about completion ports"
#endif

using asio::ip::tcp;
using asio::ip::udp;

namespace {

int connections = 0;

// One connection: reads what there is, writes it back, until the peer ends.
class conversation : public std::enable_shared_from_this<conversation> {
public:
    explicit conversation(tcp::socket socket) : socket_(std::move(socket)) {}

    void read()
    {
        auto self = shared_from_this();
        socket_.async_read_some(asio::buffer(data_), [self](std::error_code error, size_t length) {
            if (!error)
                self->write(length);
        });
    }

private:
    void write(size_t length)
    {
        auto self = shared_from_this();
        asio::async_write(socket_, asio::buffer(data_, length),
                          [self](std::error_code error, size_t) {
                              if (!error)
                                  self->read();
                          });
    }

    tcp::socket socket_;
    std::array<char, 4096> data_;
};

class server {
public:
    server(asio::io_context &context, unsigned short port)
        : acceptor_(context, tcp::endpoint(tcp::v4(), port)),
          datagrams_(context, udp::endpoint(udp::v4(), acceptor_.local_endpoint().port())),
          timer_(context)
    {
        accept();
        receive();
        tick();
    }

    unsigned short port() const { return acceptor_.local_endpoint().port(); }

    void stop()
    {
        acceptor_.close();
        datagrams_.close();
        timer_.cancel();
    }

private:
    void accept()
    {
        acceptor_.async_accept([this](std::error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted)
                return;
            if (!error) {
                ++connections;
                std::make_shared<conversation>(std::move(socket))->read();
            }
            accept();
        });
    }

    void receive()
    {
        datagrams_.async_receive_from(asio::buffer(data_), sender_,
                                      [this](std::error_code error, size_t length) {
                                          if (error == asio::error::operation_aborted)
                                              return;
                                          if (!error)
                                              datagrams_.send_to(asio::buffer(data_, length),
                                                                 sender_);
                                          receive();
                                      });
    }

    void tick()
    {
        timer_.expires_after(std::chrono::seconds(10));
        timer_.async_wait([this](std::error_code error) {
            if (error)
                return;
            std::printf("%d connections so far\n", connections);
            std::fflush(stdout);
            tick();
        });
    }

    tcp::acceptor acceptor_;
    udp::socket datagrams_;
    udp::endpoint sender_;
    asio::steady_timer timer_;
    std::array<char, 2048> data_;
};

// What a client sees: name, stream, datagram, timer.
int self_test(asio::io_context &context, server &server)
{
    int failures = 0;
    auto check = [&failures](bool good, const char *what) {
        std::printf("%s: %s\n", good ? "ok" : "FAILED", what);
        failures += !good;
    };
    tcp::resolver resolver(context);
    tcp::socket stream(context);
    std::string sent(100000, 'x'), received(sent.size(), ' ');
    udp::socket datagram(context, udp::endpoint(udp::v4(), 0));
    std::array<char, 16> answer{};
    udp::endpoint sender;
    asio::steady_timer timer(context, std::chrono::milliseconds(1));

    for (size_t index = 0; index < sent.size(); ++index)
        sent[index] = static_cast<char>('a' + index % 26);
    auto at_end = [&, parts = 0]() mutable {
        if (++parts == 3) {
            stream.close();
            server.stop();
        }
    };
    auto finished = std::make_shared<decltype(at_end)>(at_end);
    resolver.async_resolve(
        tcp::v4(), "localhost", std::to_string(server.port()),
        [&, finished](std::error_code error, tcp::resolver::results_type results) {
            check(!error && !results.empty(), "localhost is resolved");
            asio::async_connect(stream, results, [&, finished](std::error_code error,
                                                               const tcp::endpoint &) {
                check(!error, "connected");
                asio::async_write(stream, asio::buffer(sent), [&](std::error_code error, size_t) {
                    check(!error, "100,000 bytes sent");
                });
                asio::async_read(stream, asio::buffer(received),
                                 [&, finished](std::error_code error, size_t) {
                                     check(!error && received == sent, "and all of them come back");
                                     (*finished)();
                                 });
            });
        });
    datagram.async_send_to(asio::buffer("datagram", 8),
                           udp::endpoint(asio::ip::address_v4::loopback(), server.port()),
                           [&](std::error_code error, size_t) { check(!error, "datagram sent"); });
    datagram.async_receive_from(asio::buffer(answer), sender,
                                [&, finished](std::error_code error, size_t length) {
                                    check(!error && length == 8 &&
                                              std::memcmp(answer.data(), "datagram", 8) == 0,
                                          "and it comes back");
                                    (*finished)();
                                });
    timer.async_wait([&, finished](std::error_code error) {
        check(!error, "the timer runs out");
        (*finished)();
    });
    context.run();
    return failures;
}

} // namespace

int main(int argc, char **argv)
{
    try {
        asio::io_context context;
        if (argc == 2 && std::strcmp(argv[1], "--self-test") == 0) {
            server server(context, 0);
            return self_test(context, server);
        }
        if (argc > 2) {
            std::fprintf(stderr, "usage: asio_echo [PORT | --self-test]\n");
            return 2;
        }
        int port = argc == 2 ? std::atoi(argv[1]) : 5150;
        server server(context, static_cast<unsigned short>(port));
        std::printf("listening on port %d, TCP and UDP\n", server.port());
        std::fflush(stdout);
        context.run();
    } catch (const std::exception &error) {
        std::fprintf(stderr, "asio_echo: %s\n", error.what());
        return 1;
    }
    return 0;
}
