/* The echo server of asio.
 *
 * build: c++ -O2 -std=c++17 -pthread -o OUT IN
 * needs: /usr/include/asio.hpp libasio-dev
 *
 * The handlers own their connection and are only moved; the executor's type is known, so that no
 * call goes through asio's any_io_executor; one thread tells asio that it needs no locks.  Asio
 * itself keeps the memory of handlers for the next ones.  More threads run one io_context.
 */
#include <asio.hpp>
#include <memory>
#include <thread>
#include <utility>
#include <vector>
#include "../echo.h"

using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

struct Connection {
    Socket            socket;
    std::vector<char> buffer;
};

static void receive(std::unique_ptr<Connection> connection);

static void send(std::unique_ptr<Connection> connection, std::size_t length)
{
    Connection &it = *connection;
    asio::async_write(it.socket, asio::buffer(it.buffer.data(), length),
                      [connection = std::move(connection)](std::error_code error,
                                                           std::size_t) mutable {
                          if (!error)
                              receive(std::move(connection));
                      });
}

static void receive(std::unique_ptr<Connection> connection)
{
    Connection &it = *connection;
    it.socket.async_read_some(asio::buffer(it.buffer),
                              [connection = std::move(connection)](std::error_code error,
                                                                   std::size_t length) mutable {
                                  if (!error)
                                      send(std::move(connection), length);
                              });
}

int main(int argc, char **argv)
{
    int   threads;
    SHARE all = begin_echo(argc, argv, &threads);

    asio::io_context context(threads == 1 ? ASIO_CONCURRENCY_HINT_UNSAFE : threads);
    for (int i = 0; i < all.count; i++) {
        Socket socket(context, asio::ip::tcp::v4(), all.sockets[i]);
        receive(std::make_unique<Connection>(
            Connection{std::move(socket), std::vector<char>(all.capacity)}));
    }
    std::vector<std::thread> others;
    for (int i = 1; i < threads; i++)
        others.emplace_back([&context] { context.run(); });
    context.run();
    for (std::thread &other : others)
        other.join();
    return 0;
}
